Feature: Events and blocks

  Scenario: Events as they were set, from a block on
    Given Org1's user submits emit("First", "1") to ledger
    And Org2's user submits emit("Second", "") to ledger
    When Org1's user takes two chaincode events of ledger
    Then it is 2 events
    And it shows:
      """
      First of ledger in block +1: 1
      Second of ledger in block +2: nothing
      """

  Scenario: Events after a transaction that was seen
    Given Org1's user endorses emit("One", "1") to ledger as "one"
    And "one" is submitted
    And Org1's user submits emit("Two", "2") to ledger
    When Org1's user takes one chaincode event of ledger after "one"
    Then it shows:
      """
      Two of ledger in block +2: 2
      """

  Scenario: Events of transactions that were not valid do not come
    Given Org1's user submits emit("Bad", "1") to ledger, endorsed by Org1
    And Org1's user submits emit("Good", "2") to ledger
    When Org2's user takes one chaincode event of ledger
    Then it shows:
      """
      Good of ledger in block +2: 2
      """

  Scenario: Events of a chaincode that is not there, and of a channel that is not there
    When Org1's user takes one chaincode event of ledger on nowhere
    Then it is PERMISSION_DENIED

  Scenario: Whole blocks have verdicts and commit hashes at peers, and none at the orderer
    Given Org1's user submits put(["b", "1"]) to ledger
    And Org1's user submits put(["b", "2"]) to ledger, endorsed by Org1
    When Org1's user asks peer0.org1.example.com for blocks from block +1 to block +2
    Then it is SUCCESS
    And it shows:
      """
      block +1, metadata filled filled filled empty filled
      ENDORSER_TRANSACTION VALID
      block +2, metadata filled filled filled empty filled
      ENDORSER_TRANSACTION ENDORSEMENT_POLICY_FAILURE
      """
    When Org1's user asks orderer0.example.com for blocks from block +1 to block +2
    Then it is SUCCESS

  Scenario: Filtered blocks have events without their payloads
    Given Org1's user submits emit("Seen", "secret") to ledger
    When Org1's user asks peer0.org1.example.com for filtered blocks from block +1 to block +1
    Then it is SUCCESS
    And it shows:
      """
      block +1 of trade
      ENDORSER_TRANSACTION VALID, with an id
      event Seen of ledger: nothing
      """

  Scenario: Blocks with private data, of which there is none
    Given Org1's user submits put(["b", "3"]) to ledger
    When Org1's user asks peer0.org1.example.com for blocks with private data from block +1 to block +1
    Then it is SUCCESS
    And it shows:
      """
      private data of 0 transactions
      """

  Scenario Outline: Blocks of <node> from <start> to <stop>
    When Org1's user asks <node> for <kind> from <start> to <stop>
    Then it is <status>

    Examples:
      | node                   | kind            | start        | stop                | status      |
      | peer0.org1.example.com | blocks          | oldest       | oldest              | SUCCESS     |
      | peer0.org1.example.com | filtered blocks | newest       | newest              | SUCCESS     |
      | peer0.org1.example.com | blocks          | nowhere      | newest              | BAD_REQUEST |
      | peer0.org1.example.com | blocks          | oldest       | nowhere             | BAD_REQUEST |
      | peer0.org1.example.com | blocks          | block 2      | block 1             | BAD_REQUEST |
      | peer0.org1.example.com | blocks          | block +99    | block +99           | NOT_FOUND   |
      | peer0.org1.example.com | blocks          | block +0     | block +9, at once   | NOT_FOUND   |
      | orderer0.example.com   | blocks          | oldest       | oldest              | SUCCESS     |
      | orderer0.example.com   | blocks          | nowhere      | newest              | BAD_REQUEST |
      | orderer0.example.com   | blocks          | oldest       | nowhere             | BAD_REQUEST |
      | orderer0.example.com   | blocks          | block 2      | block 1             | BAD_REQUEST |
      | orderer0.example.com   | blocks          | block +99    | block +99           | NOT_FOUND   |
      | orderer0.example.com   | blocks          | block 99999  | block 99999, at once | NOT_FOUND  |

  Scenario: Blocks of a channel that is not there, of twenty minutes ago, and of nobody
    When Org1's user asks peer0.org1.example.com for blocks of nowhere from oldest to oldest
    Then it is NOT_FOUND
    When Org1's user asks orderer0.example.com for blocks of nowhere from oldest to oldest
    Then it is NOT_FOUND
    When Org1's user asks peer0.org1.example.com for blocks from oldest to oldest, twenty minutes ago
    Then it is BAD_REQUEST
    When Org1's user sends peer0.org1.example.com an empty envelope for blocks
    Then it is BAD_REQUEST
    When Org1's user sends orderer0.example.com an empty envelope for blocks
    Then it is BAD_REQUEST
    When a stranger asks peer0.org1.example.com for filtered blocks from oldest to oldest
    Then it is FORBIDDEN
