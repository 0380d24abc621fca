Feature: The orderer's administration port

  Scenario Outline: <method> <path> <body>
    When the orderer's administration port is asked <method> <path> <body>
    Then it is <status>

    Examples:
      | method | path                                         | body                                  | status |
      | GET    | /participation/v1/channels                   |                                       | 200    |
      | GET    | /participation/v1/channels/trade             |                                       | 200    |
      | GET    | /participation/v1/channels/nowhere           |                                       | 404    |
      | GET    | /participation/v1/channels/No%20Such         |                                       | 400    |
      | GET    | /participation/v1/nothing                    |                                       | 404    |
      | GET    | /participation/v1/channels/trade/blocks/0    |                                       | 200    |
      | GET    | /participation/v1/channels/trade/blocks/9999 |                                       | 404    |
      | DELETE | /participation/v1/channels/nowhere           |                                       | 404    |
      | DELETE | /participation/v1/channels                   |                                       | 405    |
      | PATCH  | /participation/v1/channels/trade             |                                       | 405    |
      | POST   | /participation/v1/channels                   | with the channel's first block        | 405    |
      | POST   | /participation/v1/channels                   | with what is no block                 | 400    |
      | POST   | /participation/v1/channels                   | with an empty block                   | 400    |
      | POST   | /participation/v1/channels                   | with a form without a block           | 400    |
      | POST   | /participation/v1/channels                   | with JSON                             | 400    |
      | PUT    | /participation/v1/channels                   | with what is no configuration update  | 400    |

  Scenario: Nobody without a certificate is let in
    When the orderer's administration port is asked GET /participation/v1/channels, without a certificate
    Then it is no connection
