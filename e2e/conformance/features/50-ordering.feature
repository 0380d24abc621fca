Feature: Messages and configuration updates at the orderer

  Scenario Outline: <who> sends <message>
    When <who> sends the orderer <message>
    Then it is <status>

    Examples:
      | who                         | message                                                  | status      |
      | Org1's user                 | an empty envelope                                        | BAD_REQUEST |
      | Org1's user                 | a message whose payload is none                          | BAD_REQUEST |
      | Org1's user                 | a message without a header                               | BAD_REQUEST |
      | Org1's user                 | a message whose channel header is none                   | BAD_REQUEST |
      | Org1's user                 | a message whose signature header is none                 | BAD_REQUEST |
      | Org1's user                 | a message without a signature                            | FORBIDDEN   |
      | Org1's user                 | a message for a channel that is not there                | BAD_REQUEST |
      | Org1's user                 | a message for no channel                                 | BAD_REQUEST |
      | Org1's user                 | a message of type CONFIG                                 | BAD_REQUEST |
      | Org1's user                 | a message of type ORDERER_TRANSACTION                    | BAD_REQUEST |
      | Org1's user                 | a message of one byte more than a message may have       | BAD_REQUEST |
      | Org1's administrator        | a configuration update that is none                      | BAD_REQUEST |
      | Org1's administrator        | an empty configuration update                            | BAD_REQUEST |
      | a stranger                  | a message                                                | FORBIDDEN   |
      | an impostor of Org1         | a message                                                | FORBIDDEN   |
      | Org3's user                 | a message                                                | FORBIDDEN   |
      | Guest's peer                | a message                                                | FORBIDDEN   |

  Scenario Outline: A configuration update that <change>
    When a configuration update that <change> is sent, signed by <signers>
    Then it is <status>

    Examples:
      | change                                     | signers                                     | status      |
      | changes nothing                            | Org1's administrator                        | BAD_REQUEST |
      | is of another channel                      | Org1's administrator                        | BAD_REQUEST |
      | has read another version                   | Org1's administrator                        | BAD_REQUEST |
      | has read what is not there                 | Org1's administrator                        | BAD_REQUEST |
      | writes a version too high                  | Org1's administrator                        | BAD_REQUEST |
      | has no mod_policy                          | Org1's administrator                        | BAD_REQUEST |
      | has an impossible mod_policy               | Org1's administrator                        | BAD_REQUEST |
      | sets the batch timeout to 110ms            | Org1's administrator                        | BAD_REQUEST |
      | takes Guest off the channel                | Org1's administrator                        | BAD_REQUEST |

  Scenario Outline: A configuration that no channel could have: it <change>
    When a configuration update that <change> is sent, signed by <signers>
    Then it is <status>
    And the text contains "<reason>"

    Examples:
      | change                                    | signers                                       | status      | reason                                                                   |
      | sets the batch timeout to what is no time | the orderers' administrator                   | BAD_REQUEST | Attempted to set the batch timeout to a invalid value                    |
      | sets the batch size to no messages        | the orderers' administrator                   | BAD_REQUEST | Attempted to set the batch size max message count to an invalid value: 0 |
      | adds a value that nobody knows            | Org1's administrator and Org2's administrator | BAD_REQUEST | Unexpected key Weather                                                   |

  Scenario: A signature that is missing is told by the element that it is missing for
    When a configuration update that sets the batch timeout to 110ms is sent, signed by Org1's administrator and Org2's administrator
    Then it is BAD_REQUEST
    And the text contains "policy for [Value]  /Channel/Orderer/BatchTimeout not satisfied"
    When a configuration update that sets the batch timeout to 110ms is sent, signed by Org1's user
    Then it is BAD_REQUEST

  Scenario: An update that is taken becomes a block of its own, and the configuration's versions go on
    When a configuration update that sets the batch timeout to 110ms is sent, signed by the orderers' administrator
    Then it is SUCCESS
    Given the block of the configuration has arrived
    When Org1's user asks peer0.org1.example.com for blocks from block +1 to block +1
    Then it shows:
      """
      CONFIG VALID
      """
    When the configuration is read
    Then it shows:
      """
      value /Orderer/BatchTimeout, version 1, changed by Admins
      """
    When a configuration update that sets the batch timeout back to 100ms is sent, signed by the orderers' administrator
    Then it is SUCCESS
