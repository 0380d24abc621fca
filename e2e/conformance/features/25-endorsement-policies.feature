Feature: Endorsement policies

  Scenario: The channel's majority: one of two is not enough
    When Org1's user submits put(["m", "1"]) to ledger, endorsed by Org1
    Then it is ENDORSEMENT_POLICY_FAILURE
    And it shows:
      """
      ledger 1.0 answered 200, endorsed by Org1MSP
      """
    When Org1's user evaluates get("m") of ledger
    Then the result is "nothing"

  Scenario: Either organisation
    Given chaincode either is defined with the policy "OR('Org1MSP.peer', 'Org2MSP.peer')"
    When Org1's user submits put(["o", "1"]) to either
    Then it is VALID
    And it shows:
      """
      either 1.0 answered 200, endorsed by Org1MSP
      """
    When Org1's user submits put(["o", "2"]) to either, endorsed by Org2
    Then it is VALID

  Scenario: Both organisations
    Given chaincode both is defined with the policy "AND('Org1MSP.peer', 'Org2MSP.peer')"
    When Org1's user submits put(["b", "1"]) to both
    Then it is VALID
    When Org1's user submits put(["b", "2"]) to both, endorsed by Org2
    Then it is ENDORSEMENT_POLICY_FAILURE

  Scenario: One certain organisation, of which the client's is none
    Given chaincode theirs is defined with the policy "OR('Org2MSP.peer')"
    When Org1's user submits put(["t", "1"]) to theirs
    Then it is VALID
    And it shows:
      """
      theirs 1.0 answered 200, endorsed by Org2MSP
      """
    When Org1's user submits put(["t", "2"]) to theirs, endorsed by Org1
    Then it is ENDORSEMENT_POLICY_FAILURE

  Scenario: Two of three, of which one has no peer
    Given chaincode outof is defined with the policy "OutOf(2, 'Org1MSP.peer', 'Org2MSP.peer', 'GuestMSP.peer')"
    When Org1's user submits put(["two", "1"]) to outof
    Then it is VALID
    When Org1's user submits put(["two", "2"]) to outof, endorsed by Org1
    Then it is ENDORSEMENT_POLICY_FAILURE

  Scenario: A policy that nobody's peers can satisfy
    Given Org1's administrator approves "impossible" version "1.0" sequence 1 with the policy "AND('Org1MSP.peer', 'GuestMSP.peer')"
    And Org2's administrator approves "impossible" version "1.0" sequence 1 with the policy "AND('Org1MSP.peer', 'GuestMSP.peer')"
    And Org1's administrator commits "impossible" version "1.0" sequence 1 with the policy "AND('Org1MSP.peer', 'GuestMSP.peer')"
    When Org1's user submits put(["i", "1"]) to impossible
    Then it is FAILED_PRECONDITION
    When Org1's user submits put(["i", "1"]) to impossible, endorsed by Org1 and Org2
    Then it is ENDORSEMENT_POLICY_FAILURE

  Scenario: An administrator's endorsement is not a peer's
    Given chaincode admins is defined with the policy "OR('Org1MSP.admin')"
    When Org1's user submits put(["x", "1"]) to admins, endorsed by Org1
    Then it is ENDORSEMENT_POLICY_FAILURE

  Scenario: What one chaincode does in another is held to both policies
    Given chaincode either is defined with the policy "OR('Org1MSP.peer', 'Org2MSP.peer')"
    When Org1's user submits call("other", ["put", "[\"x\",\"1\"]"]) to either, endorsed by Org1
    Then it is ENDORSEMENT_POLICY_FAILURE
    When Org1's user submits call("other", ["put", "[\"x\",\"1\"]"]) to either
    Then it is VALID
