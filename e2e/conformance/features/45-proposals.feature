Feature: Proposals that a peer does not take

  Scenario Outline: A proposal <problem>
    When Org1's user sends peer0.org1.example.com a proposal for get("a") of ledger <problem>
    Then it is <verdict>

    Examples:
      | problem                                   | verdict |
      | without a signature                       | UNKNOWN |
      | with a signature that is none             | UNKNOWN |
      | whose bytes are no proposal               | UNKNOWN |
      | that is empty                             | UNKNOWN |
      | whose payload is none                     | UNKNOWN |
      | without a payload                         | UNKNOWN |
      | whose extension is none                   | UNKNOWN |
      | without an extension                      | UNKNOWN |
      | that names another chaincode in its header | 200    |
      | with an id that is not its own            | UNKNOWN |
      | without a nonce                           | UNKNOWN |
      | without a creator                         | UNKNOWN |
      | whose creator is none                     | UNKNOWN |
      | of twenty minutes ago                     | UNKNOWN |
      | of ten minutes ago                        | 200     |
      | with an epoch                             | UNKNOWN |
      | of type MESSAGE                           | UNKNOWN |
      | of type CONFIG                            | 200     |
      | with a channel name that cannot be        | 500     |

  Scenario: A peer's answers to queries of the chain
    When Org1's user calls GetChainInfo("trade") of qscc at peer0.org1.example.com
    Then it is 200
    When Org1's user calls GetBlockByNumber("trade", "0") of qscc at peer0.org1.example.com
    Then it is 200
    When Org1's user calls GetBlockByNumber("trade", "99999") of qscc at peer0.org1.example.com
    Then it is 500
    When Org1's user calls GetBlockByNumber("trade", "first") of qscc at peer0.org1.example.com
    Then it is 500
    When Org1's user calls GetTransactionByID("trade", "nothing") of qscc at peer0.org1.example.com
    Then it is 500
    When Org1's user calls GetBlockByTxID("trade", "nothing") of qscc at peer0.org1.example.com
    Then it is 500
    When Org1's user calls GetBlockByHash("trade", "nothing") of qscc at peer0.org1.example.com
    Then it is 500
    When Org1's user calls GetChainInfo("nowhere") of qscc at peer0.org1.example.com
    Then it is 500
    When Org1's user calls GetChainInfo() of qscc at peer0.org1.example.com
    Then it is 500
    When Org1's user calls Nothing("trade") of qscc at peer0.org1.example.com
    Then it is 500

  Scenario: Queries of the chain are for readers
    When Org3's user calls GetChainInfo("trade") of qscc at peer0.org1.example.com
    And a stranger calls GetChainInfo("trade") of qscc at peer0.org1.example.com
    And Guest's user calls GetChainInfo("trade") of qscc at peer0.org1.example.com
    Then it is UNKNOWN

  Scenario: A peer's answers about its channels
    When Org1's user calls GetChannels() of cscc at peer0.org1.example.com
    Then it is 200
    And it shows:
      """
      side
      trade
      """
    When Org2's user calls GetChannels() of cscc at peer0.org1.example.com
    And Org1's user calls GetConfigBlock("trade") of cscc at peer0.org1.example.com
    And Org1's user calls GetConfigBlock("nowhere") of cscc at peer0.org1.example.com
    And Org1's user calls GetChannelConfig("trade") of cscc at peer0.org1.example.com
    And Org1's user calls JoinChain("block") of cscc at peer0.org1.example.com
    And Org1's administrator calls JoinChain("block") of cscc at peer0.org1.example.com
    And Org1's administrator calls Nothing("trade") of cscc at peer0.org1.example.com
    Then it is 500
