Feature: Private data, key-level endorsement and rich queries

  @differs
  Scenario: A collection of two organisations
    The embedded network has no private data collections: it refuses a definition that has one, and every call for private data.

    Given Org1's administrator approves "secrets" version "1.0" sequence 1, with the collection details of Org1 and Org2
    And Org2's administrator approves "secrets" version "1.0" sequence 1, with the collection details of Org1 and Org2
    When Org1's administrator commits "secrets" version "1.0" sequence 1, with the collection details of Org1 and Org2
    Then it is VALID
    When Org1's user submits privatePut("details", "k") to secrets, endorsed by Org1 and Org2, with transient data {"value": "hidden"}
    Then it is VALID
    And it does not show:
      """
      hidden
      """
    When Org2's user evaluates privateGet("details", "k") of secrets
    Then the result is "hidden"
    When Org2's user evaluates privateHash("details", "k") of secrets
    Then the result is "<hash>"

  @differs
  Scenario: A key asks for an endorsement of its own
    The embedded network has no key-level endorsement: it refuses to set a key's policy.

    When Org1's user submits putWithKeyPolicy("guarded", "1", "MEMBER", ["Org2MSP"]) to ledger
    Then it is VALID
    When Org1's user evaluates readKeyPolicy("guarded") of ledger
    Then the result is "Org2MSP"

  @differs
  Scenario: A collection that is not defined
    The embedded network has no private data collections, and says so.

    When Org1's user evaluates privateGet("nothing", "k") of ledger
    Then it is UNKNOWN

  Scenario: A rich query on LevelDB
    When Org1's user evaluates richQuery("{}") of ledger
    Then it is UNKNOWN
