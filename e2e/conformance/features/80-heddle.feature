Feature: Heddle's own API

  Scenario: Submit and evaluate
    When Heddle submits put(["api", "1"]) to ledger for Org1
    Then it is VALID
    When Heddle evaluates get("api") of ledger for Org2
    Then the result is "1"

  Scenario: A failure comes with what the peer said
    When Heddle submits fail("no such lot") to ledger for Org1
    Then it is FABRIC_REFUSED
    When Heddle evaluates fail("no such lot") of ledger for Org1
    Then it is FABRIC_REFUSED

  Scenario: Blocks and history as they were committed
    Given Org1's user submits put(["shown", "1"]) to ledger
    And Org1's user submits put(["shown", "2"]) to ledger, endorsed by Org1
    And Org1's user submits remove(["shown"]) to ledger
    When Heddle shows block +2
    Then it shows:
      """
      transactions, 1 invalid, 1 signatures, verified
      endorser ENDORSEMENT_POLICY_FAILURE ledger put by Org1MSP
      """
    When Heddle shows block +3
    And Heddle shows the history of shown in ledger
    Then it shows:
      """
      in block +3: deleted
      in block +1: 1
      """

  Scenario: A definition
    When Heddle shows the definition of ledger
    Then it is OK

  Scenario: A user who is issued, and one who is revoked
    Given Heddle issues the user clerk of Org1
    When Heddle's user clerk of Org1 evaluates get("a") of ledger
    Then it is OK
    Given Heddle revokes the user clerk of Org1
    When Heddle's user clerk of Org1 evaluates get("a") of ledger
    Then it is FAILED_PRECONDITION
    And the text contains "access denied: channel [trade] creator org [Org1MSP]"
