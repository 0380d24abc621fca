Feature: Conflicts and duplicates

  Scenario: Two transactions read one version
    Given Org1's user endorses add("n", "1") to ledger as "first"
    And Org2's user endorses add("n", "1") to ledger as "second"
    When "first" is submitted
    Then it is VALID
    When "second" is submitted
    Then it is MVCC_READ_CONFLICT
    When Org1's user evaluates get("n") of ledger
    Then the result is "1"

  Scenario: A key that was read is deleted
    Given Org1's user submits put(["d", "1"]) to ledger
    And Org1's user endorses add("d", "1") to ledger as "reader"
    When Org2's user submits remove(["d"]) to ledger
    And "reader" is submitted
    Then it is MVCC_READ_CONFLICT

  Scenario: Two writers who read nothing do not conflict
    Given Org1's user endorses put(["w", "1"]) to ledger as "first"
    And Org2's user endorses put(["w", "2"]) to ledger as "second"
    When "first" is submitted
    And "second" is submitted
    Then it is VALID
    When Org1's user evaluates get("w") of ledger
    Then the result is "2"

  Scenario: A key comes into a range that was read
    Given Org1's user submits put(["ph1", "1"]) to ledger
    And Org1's user endorses countInto("ph", "pi", "phantoms", "-1") to ledger as "counter"
    When Org2's user submits put(["ph2", "1"]) to ledger
    And "counter" is submitted
    Then it is PHANTOM_READ_CONFLICT

  Scenario: A key goes from a range that was read
    Given Org1's user submits put(["q1", "1", "q2", "1"]) to ledger
    And Org1's user endorses countInto("q", "r", "phantoms", "-1") to ledger as "counter"
    When Org2's user submits remove(["q1"]) to ledger
    And "counter" is submitted
    Then it is PHANTOM_READ_CONFLICT

  Scenario: A value changes in a range that was read
    Given Org1's user submits put(["u1", "1"]) to ledger
    And Org1's user endorses countInto("u", "v", "phantoms", "-1") to ledger as "counter"
    When Org2's user submits put(["u1", "2"]) to ledger
    And "counter" is submitted
    Then it is PHANTOM_READ_CONFLICT

  Scenario: A key comes into a range that was left in its middle, which the peer had read already
    Given Org1's user submits put(["x1", "1", "x2", "1", "x3", "1"]) to ledger
    And Org1's user endorses countInto("x", "y", "phantoms", "1") to ledger as "counter"
    When Org2's user submits put(["x9", "1"]) to ledger
    And "counter" is submitted
    Then it is PHANTOM_READ_CONFLICT

  Scenario: The same transaction twice
    Given Org1's user endorses put(["twice", "1"]) to ledger as "one"
    And "one" is submitted
    When "one" is submitted again
    Then it is OK
    When Org1's user asks for the status of "one"
    Then it is VALID

  Scenario: A definition changes between endorsement and order
    Given chaincode moving is defined with the policy "OR('Org1MSP.peer', 'Org2MSP.peer')"
    And Org1's user endorses put(["m", "1"]) to moving as "early"
    And Org1's administrator approves "moving" version "2.0" sequence 2 with the policy "OR('Org1MSP.peer')"
    And Org2's administrator approves "moving" version "2.0" sequence 2 with the policy "OR('Org1MSP.peer')"
    And Org1's administrator commits "moving" version "2.0" sequence 2 with the policy "OR('Org1MSP.peer')"
    When "early" is submitted
    Then it is MVCC_READ_CONFLICT

  Scenario: The status of a transaction that never comes is waited for
    Given Org1's user endorses put(["unsent", "1"]) to ledger as "unsent"
    When Org1's user asks for the status of "unsent", for half a second
    Then it is DEADLINE_EXCEEDED
    When Org1's user asks for the status of "unsent" on nowhere
    Then it is PERMISSION_DENIED
