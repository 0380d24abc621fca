Feature: Submit and evaluate

  Scenario: A value is written by both organisations and read by either
    When Org1's user submits put(["lot-1", "fresh"]) to ledger
    Then it is VALID
    And the result is "1"
    And it shows:
      """
      in block +1
      ledger 1.0 answered 200, endorsed by Org1MSP, Org2MSP
      _lifecycle reads namespaces/fields/ledger/Sequence, of block before
      ledger writes lot-1 = fresh
      """
    When Org2's user evaluates get("lot-1") of ledger
    Then it is OK
    And the result is "fresh"

  Scenario: An evaluated write is not kept
    When Org1's user evaluates put(["lot-2", "fresh"]) of ledger
    Then it is OK
    When Org1's user evaluates get("lot-2") of ledger
    Then the result is "nothing"

  Scenario: A key is read before it is written
    When Org1's user submits add("stock", "5") to ledger
    Then it shows:
      """
      ledger reads stock, absent
      ledger writes stock = 5
      """
    When Org2's user submits add("stock", "2") to ledger
    Then the result is "7"
    And it shows:
      """
      ledger reads stock, of block +1
      ledger writes stock = 7
      """

  Scenario: Keys stand in the set in the order of their bytes, whatever order they were written in
    When Org1's user submits put(["z", "1", "a", "2", "é", "3", "𝒜", "4", "ｱ", "5", "a", "6"]) to ledger
    Then it is VALID
    And it shows:
      """
      ledger writes a = 6
      ledger writes z = 1
      ledger writes é = 3
      ledger writes ｱ = 5
      ledger writes 𝒜 = 4
      """

  Scenario: A key is deleted, also one that is not there
    Given Org1's user submits put(["gone", "1"]) to ledger
    When Org1's user submits remove(["gone", "never-there"]) to ledger
    Then it is VALID
    And it shows:
      """
      ledger deletes gone
      ledger deletes never-there
      """
    When Org1's user evaluates get("gone") of ledger
    Then the result is "nothing"

  Scenario: An empty key is taken, and so is an empty value
    When Org1's user submits put(["", "1"]) to ledger
    Then it is VALID
    When Org1's user submits put(["empty", ""]) to ledger
    Then it is VALID

  Scenario: A range is read to its end and not to its end
    Given Org1's user submits putMany("r", "0", "7") to ledger
    When Org1's user submits countInto("r0", "r0005", "count", "-1") to ledger
    Then the result is "5"
    And it shows:
      """
      ledger reads the range r0 to r0005, to its end, 5 keys
      ledger writes count = 5
      """
    When Org1's user submits countInto("r0", "s", "count", "2") to ledger
    Then it is VALID
    And the result is "2"

  Scenario: A range longer than a batch of the peer, and one left in its middle
    Given Org1's user submits putMany("long", "0", "130") to ledger
    When Org1's user submits countInto("long", "lonh", "count", "-1") to ledger
    Then the result is "130"
    And it shows:
      """
      ledger reads the range long to lonh, to its end, hashes of keys
      """
    When Org1's user submits countInto("long", "lonh", "count", "100") to ledger
    Then the result is "100"

  Scenario: A range the wrong way round, and an open one
    When Org1's user evaluates range("z", "a") of ledger
    Then it is OK
    When Org1's user evaluates range("ｱ", "") of ledger
    Then it is OK

  Scenario: Composite keys and a part of one
    Given Org1's user submits composite("lot", ["fish", "1"]) to ledger
    And Org1's user submits composite("lot", ["fish", "2"]) to ledger
    And Org1's user submits composite("lot", ["meat", "1"]) to ledger
    When Org1's user submits countComposite("lot", "fish", "count") to ledger
    Then the result is "2"
    And it is VALID

  Scenario: Pages of a range
    Given Org1's user submits putMany("p", "0", "7") to ledger
    When Org1's user evaluates page("p0", "p9", "3", "") of ledger
    Then the result is "{"keys":["p0000","p0001","p0002"],"fetched":3,"bookmark":"p0003"}"
    When Org1's user evaluates page("p0", "p9", "3", "p0006") of ledger
    Then the result is "{"keys":["p0006"],"fetched":1,"bookmark":""}"
    When Org1's user evaluates page("p0", "p9", "3", "q") of ledger
    Then it is UNKNOWN
    When Org1's user evaluates page("p0", "p9", "0", "") of ledger
    And Org1's user evaluates page("p0", "p9", "100", "") of ledger
    Then it is OK

  Scenario: A page and a write in one transaction
    When Org1's user submits pageAndWrite("p0", "p9") to ledger
    Then it is ABORTED

  Scenario: The history of a key, newest first
    Given Org1's user submits put(["h", "1"]) to ledger
    And Org1's user submits remove(["h"]) to ledger
    And Org1's user submits put(["h", "2"]) to ledger
    When Org1's user evaluates historyInto("h", "story") of ledger
    Then the result is "2,deleted,1"
    When Org1's user evaluates historyInto("never", "story") of ledger
    Then the result is "nothing"

  Scenario: The metadata of a contract is asked for
    When Org1's user evaluates org.hyperledger.fabric:GetMetadata() of ledger
    Then it is OK

  Scenario: The chaincode knows who calls, though somebody else endorses
    When Org1's user evaluates whoAmI() of ledger
    Then the result is "Org1MSP x509::/C=US/ST=California/L=San Francisco/OU=client/CN=app@org1.example.com::/C=US/ST=California/L=San Francisco/O=org1.example.com/CN=ca.org1.example.com"
    When Org1's user submits whoAmI() to ledger
    Then it is VALID

  Scenario: Transient data is neither recorded nor lost
    When Org1's user evaluates transient("value") of ledger, with transient data {"value": "secret"}
    Then the result is "secret"
    When Org1's user submits put(["t", "1"]) to ledger, with transient data {"value": "secret"}
    Then it is VALID
    And it does not show:
      """
      secret
      """

  Scenario: Endorsed by those whom the client names
    When Org1's user submits put(["named", "1"]) to ledger, endorsed by Org1 and Org2
    Then it is VALID
    When Org1's user submits put(["named", "2"]) to ledger, endorsed by Org3
    Then it is UNAVAILABLE
    When Org1's user evaluates get("named") of ledger, asking Org2
    Then the result is "1"
    When Org1's user evaluates get("named") of ledger, asking Org3
    Then it is FAILED_PRECONDITION
