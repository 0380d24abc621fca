Feature: Chaincode that fails, and calls that lead nowhere

  Scenario: A contract throws
    When Org1's user submits fail("no such lot") to ledger
    Then it is ABORTED
    And the text is "failed to endorse transaction, see attached details for more info"
    And peer0.org1.example.com says "chaincode response 500, no such lot"
    When Org1's user evaluates fail("no such lot") of ledger
    Then it is UNKNOWN
    And the text is "evaluate call to endorser returned error: chaincode response 500, no such lot"

  Scenario: A contract throws without a text
    When Org1's user submits fail("") to ledger
    Then it is ABORTED

  Scenario: The other organisation's peer fails
    When Org1's user evaluates fail("no such lot") of ledger, asking Org2
    Then it is UNKNOWN
    And peer0.org2.example.com says "chaincode response 500, no such lot"

  Scenario: A function that is not there, and one with too few arguments
    When Org1's user submits nothing() to ledger
    Then it is ABORTED
    And peer0.org1.example.com says "chaincode response 500, You've asked to invoke a function that does not exist: nothing"
    When Org1's user evaluates get() of ledger
    Then it is UNKNOWN

  Scenario Outline: A chaincode answers with status <status>
    Given chaincode raw is defined
    When Org1's user submits status("<status>", "the text") to raw
    Then it is <submitted>
    When Org1's user evaluates status("<status>", "the text") of raw
    Then it is <evaluated>
    When Org1's user sends peer0.org1.example.com a proposal for status("<status>", "the text") of raw
    Then it is <status>

    Examples:
      | status | submitted | evaluated |
      | 200    | VALID     | OK        |
      | 201    | VALID     | OK        |
      | 399    | VALID     | OK        |
      | 400    | ABORTED   | UNKNOWN   |
      | 404    | ABORTED   | UNKNOWN   |
      | 499    | ABORTED   | UNKNOWN   |
      | 500    | ABORTED   | UNKNOWN   |
      | 503    | ABORTED   | UNKNOWN   |
      | 199    | ABORTED   | UNKNOWN   |

  Scenario: The bare shim says error
    Given chaincode raw is defined
    When Org1's user submits error("refused") to raw
    Then it is ABORTED
    When Org1's user evaluates error("refused") of raw
    Then it is UNKNOWN

  Scenario: A chaincode that nobody has defined
    When Org1's user submits put(["a", "1"]) to nobody
    Then it is FAILED_PRECONDITION
    When Org1's user evaluates get("a") of nobody
    Then it is FAILED_PRECONDITION
    When Org1's user sends peer0.org1.example.com a proposal for get("a") of nobody
    Then it is 500
    And the text is "make sure the chaincode nobody has been successfully defined on channel trade and try again: chaincode nobody not found"

  Scenario: A channel that is not there, and one that the peer has not joined
    When Org1's user submits put(["a", "1"]) to ledger on nowhere
    Then it is FAILED_PRECONDITION
    When Org1's user evaluates get("a") of ledger on nowhere
    Then it is UNAVAILABLE
    When Org2's user evaluates get("a") of remote on side
    Then it is UNAVAILABLE
    When Org2's user sends peer0.org2.example.com a proposal for get("a") of remote on side
    Then it is 500
    And the text is "channel 'side' not found"

  Scenario: A chaincode that waits for its initialisation
    Given chaincode starter is defined, to be initialised
    When Org1's user sends peer0.org1.example.com a proposal for get("a") of starter
    Then it is 500
    When Org1's user submits get("a") to starter
    Then it is ABORTED

  Scenario: Peers that do not agree
    When Org1's user submits differ() to ledger
    Then it is ABORTED
    And the text is "failed to collect enough transaction endorsements, see attached details for more info"
    And one of the peers says "ProposalResponsePayloads do not match"
    When Org1's user submits differ() to ledger, endorsed by Org1 and Org2
    Then it is ABORTED

  Scenario: A transaction larger than the ordering service takes
    Given chaincode large is defined
    When Org1's user submits put(["large", "<a megabyte>"]) to large
    Then it is ABORTED
