Feature: Who may do what

  Scenario Outline: <who> evaluates, submits and reads blocks
    When <who> evaluates get("a") of ledger
    And <who> submits put(["by", "somebody"]) to ledger
    And <who> sends peer0.org1.example.com a proposal for get("a") of ledger
    And <who> asks peer0.org1.example.com for filtered blocks from oldest to oldest
    And <who> asks orderer0.example.com for blocks from oldest to oldest
    Then it is <blocks>

    Examples:
      | who                         | blocks    |
      | a stranger                  | FORBIDDEN |
      | an impostor of Org1         | FORBIDDEN |
      | Org3's user                 | FORBIDDEN |
      | Guest's user                | SUCCESS   |
      | Guest's expired user        | FORBIDDEN |
      | Guest's revoked user        | FORBIDDEN |
      | Guest's user without a role | FORBIDDEN |
      | Guest's peer                | SUCCESS   |
      | the orderers' administrator | SUCCESS   |

  Scenario: A stranger's evaluation says who is not known
    When a stranger evaluates get("a") of ledger
    Then it is FAILED_PRECONDITION
    And the text is "evaluate call to endorser returned error: error validating proposal: access denied: channel [trade] creator org unknown, creator is malformed"

  Scenario: A certificate that has expired
    When Guest's expired user sends peer0.org1.example.com a proposal for get("a") of ledger
    Then it is UNKNOWN
    And the text is "proposal client identity expired"
    When Guest's expired user sends the orderer a message
    Then it is BAD_REQUEST

  Scenario: A certificate that was revoked
    When Guest's revoked user sends peer0.org1.example.com a proposal for get("a") of ledger
    Then it is UNKNOWN
    And the text is "error validating proposal: access denied: channel [trade] creator org [GuestMSP]"
    When Guest's revoked user sends the orderer a message
    Then it is FORBIDDEN

  Scenario: An organisation without peers is endorsed by others
    When Guest's user submits put(["guest", "1"]) to ledger
    Then it is VALID
    When Guest's user evaluates whoAmI() of ledger
    Then it is OK
    When Guest's peer submits put(["guest", "2"]) to ledger
    Then it is ABORTED

  Scenario: The status and the events of a channel are for its readers
    Given Org1's user endorses put(["seen", "1"]) to ledger as "one"
    And "one" is submitted
    When Guest's user asks for the status of "one"
    Then it is VALID
    When Org3's user asks for the status of "one"
    Then it is PERMISSION_DENIED
    When a stranger asks for the status of "one"
    Then it is PERMISSION_DENIED
    When a stranger takes one chaincode event of ledger
    Then it is PERMISSION_DENIED
    When Guest's revoked user takes one chaincode event of ledger
    Then it is PERMISSION_DENIED
