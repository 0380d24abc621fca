Feature: Chaincode definitions

  Scenario: From nothing to a definition, and to its next
    When Org1's administrator checks the readiness of "fresh" version "1.0" sequence 1
    Then it shows:
      """
      approvals: {"GuestMSP":false,"Org1MSP":false,"Org2MSP":false}
      """
    When Org1's administrator approves "fresh" version "1.0" sequence 1
    Then it is VALID
    When Org2's administrator checks the readiness of "fresh" version "1.0" sequence 1
    Then it shows:
      """
      approvals: {"GuestMSP":false,"Org1MSP":true,"Org2MSP":false}
      """
    When Org1's administrator commits "fresh" version "1.0" sequence 1, endorsed by Org1 and Org2
    Then it is ABORTED
    When Org2's administrator approves "fresh" version "1.0" sequence 1
    Then it is VALID
    When Org1's administrator commits "fresh" version "1.0" sequence 1
    Then it is VALID
    When Org1's administrator asks for the definition of "fresh"
    Then it is OK
    When Org1's administrator asks for the approval of "fresh"
    Then it is OK
    When Org1's administrator commits "fresh" version "1.0" sequence 1
    Then it is ABORTED
    When Org1's administrator approves "fresh" version "2.0" sequence 2 with the policy "OR('Org1MSP.peer')"
    And Org2's administrator approves "fresh" version "2.0" sequence 2 with the policy "OR('Org2MSP.peer')"
    And Org1's administrator commits "fresh" version "2.0" sequence 2 with the policy "OR('Org1MSP.peer')"
    Then it is ABORTED
    When Org2's administrator approves "fresh" version "2.0" sequence 2 with the policy "OR('Org1MSP.peer')"
    And Org1's administrator commits "fresh" version "2.0" sequence 2 with the policy "OR('Org1MSP.peer')"
    Then it is VALID

  Scenario Outline: Approving <definition>
    When Org1's administrator approves <definition>
    And Org1's administrator checks the readiness of <plain>
    And Org1's administrator commits <plain>
    Then it is ABORTED

    Examples:
      | definition                                                       | plain                                                  |
      | "" version "1.0" sequence 1                                      | "" version "1.0" sequence 1                            |
      | "qscc" version "1.0" sequence 1                                  | "qscc" version "1.0" sequence 1                        |
      | "no good" version "1.0" sequence 1                               | "no good" version "1.0" sequence 1                     |
      | "bad" version "" sequence 1                                      | "bad" version "" sequence 1                            |
      | "bad" version "1/2" sequence 1                                   | "bad" version "1/2" sequence 1                         |
      | "bad" version "1.0" sequence 0                                   | "bad" version "1.0" sequence 0                         |
      | "bad" version "1.0" sequence 2                                   | "bad" version "1.0" sequence 2                         |
      | "ledger" version "1.0" sequence 1                                | "ledger" version "1.0" sequence 1                      |
      | "ledger" version "9.9" sequence 1                                | "ledger" version "9.9" sequence 1                      |
      | "ledger" version "1.0" sequence 3                                | "ledger" version "1.0" sequence 3                      |
      | "bad" version "1.0" sequence 1, with a package that is not installed | "bad" version "1.0" sequence 1                     |
      | "bad" version "1.0" sequence 1 with the policy "OR('NobodyMSP.peer')" | "bad" version "1.0" sequence 1 with the policy "OR('NobodyMSP.peer')" |
      | "bad" version "1.0" sequence 1 with the policy "/Channel/Application/Nothing" | "bad" version "1.0" sequence 1 with the policy "/Channel/Application/Nothing" |

  Scenario: Approving the same twice, and without a package
    When Org1's administrator approves "again" version "1.0" sequence 1, without a package
    Then it is VALID
    When Org1's administrator approves "again" version "1.0" sequence 1, without a package
    Then it is ABORTED
    When Org1's administrator approves "again" version "1.0" sequence 1
    Then it is VALID
    When Org1's administrator asks for the approval of "again" at sequence 1
    Then it is OK

  Scenario: A definition that no peer of an organisation runs
    Given Org1's administrator approves "elsewhere" version "1.0" sequence 1 with the policy "OR('Org2MSP.peer')", without a package
    And Org2's administrator approves "elsewhere" version "1.0" sequence 1 with the policy "OR('Org2MSP.peer')"
    And Org1's administrator commits "elsewhere" version "1.0" sequence 1 with the policy "OR('Org2MSP.peer')"
    When Org1's user sends peer0.org1.example.com a proposal for get("a") of elsewhere
    Then it is 500
    When Org1's user submits put(["a", "1"]) to elsewhere, endorsed by Org1
    Then it is UNAVAILABLE

  Scenario: What is not there
    When Org1's user asks for the definition of "nobody"
    Then it is UNKNOWN
    When Org1's administrator asks for the approval of "nobody"
    Then it is UNKNOWN
    When Org1's administrator asks for the approval of "ledger" at sequence 9
    Then it is UNKNOWN

  Scenario: Who may approve, commit and ask
    When Org1's user approves "mine" version "1.0" sequence 1, without a package
    And Org3's administrator checks the readiness of "mine" version "1.0" sequence 1
    And a stranger asks for the definition of "ledger"
    And Org1's user asks for the definition of "ledger"
    Then it is OK

  Scenario: Packages
    When Org1's administrator asks peer0.org1.example.com what is installed
    Then it is 200
    When Org1's user asks peer0.org1.example.com what is installed
    And Org2's administrator asks peer0.org1.example.com what is installed
    And Org1's administrator installs what is no package at peer0.org1.example.com
    And Org1's administrator installs an empty package at peer0.org1.example.com
    And Org1's administrator installs a text at peer0.org1.example.com
    And Org1's user installs a package at peer0.org1.example.com
    And Org1's administrator installs a package at peer0.org1.example.com
    Then it is 200
    When Org1's administrator installs a package at peer0.org1.example.com
    Then it is 500
