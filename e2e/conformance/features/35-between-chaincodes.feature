Feature: Chaincode that calls chaincode

  Scenario: On the same channel both write
    When Org1's user submits call("other", ["put", "[\"c\",\"1\"]"]) to ledger
    Then it is VALID
    And the result is "200 1"
    And it shows:
      """
      _lifecycle reads namespaces/fields/ledger/Sequence, of block before
      _lifecycle reads namespaces/fields/other/Sequence, of block before
      other writes c = 1
      """
    When Org1's user evaluates call("other", ["get", "c"]) of ledger
    Then the result is "200 1"

  Scenario: On another channel it only reads
    When Org1's user evaluates call("remote/side", ["get", "a"]) of ledger
    Then it is OK
    When Org1's user sends peer0.org1.example.com a proposal for call("remote/side", ["put", "[\"c\",\"1\"]"]) of ledger
    Then it is 200
    And it does not show:
      """
      writes c
      """

  Scenario: Endorsed by a peer that has not joined the other channel
    When Org1's user submits call("remote/side", ["get", "a"]) to ledger
    Then it is ABORTED

  Scenario: An event of the one that is called is lost
    When Org1's user submits call("other", ["emit", "Inner", "x"]) to ledger
    Then it is VALID
    And it does not show:
      """
      event Inner
      """

  Scenario: The one that is called fails
    When Org1's user submits call("other", ["fail", "inner"]) to ledger
    Then it is VALID
    And the result is "500 inner"

  Scenario: A chaincode calls itself, and one that calls back
    When Org1's user evaluates call("ledger", ["get", "c"]) of ledger
    Then it is UNKNOWN
    When Org1's user evaluates call("other", ["call", "ledger", "[\"get\",\"c\"]"]) of ledger
    Then it is OK

  Scenario: A chaincode or channel that is not there
    When Org1's user evaluates call("nobody", ["get", "c"]) of ledger
    Then it is UNKNOWN
    When Org1's user evaluates call("other/nowhere", ["get", "c"]) of ledger
    Then it is UNKNOWN

  Scenario: System chaincodes
    When Org1's user evaluates call("qscc", ["GetChainInfo", "trade"]) of ledger
    And Org1's user evaluates call("cscc", ["GetChannels"]) of ledger
    And Org1's user evaluates call("_lifecycle", ["QueryChaincodeDefinition", ""]) of ledger
    Then the result is "404 namespace  is not defined"

  @differs
  Scenario: The system chaincode of the old lifecycle
    Fabric has taken lscc away and looks for a chaincode of that name; the embedded network says that it is not there.

    When Org1's user evaluates call("lscc", ["getchaincodes"]) of ledger
    Then it is UNKNOWN
    When Org1's administrator calls GetChannels() of lscc at peer0.org1.example.com
    Then it is 500

  Scenario: Two definitions of one package cannot call each other
    Given chaincode twin is defined
    When Org1's user submits call("twin", ["put", "[\"c\",\"1\"]"]) to ledger
    Then it is ABORTED
