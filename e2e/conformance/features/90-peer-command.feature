Feature: Fabric's own command line

  @tools
  Scenario: peer channel
    When Org1's administrator runs:
      """
      peer channel list | sort
      peer channel getinfo -c trade
      """
    Then it is done
    When Org1's administrator runs:
      """
      peer channel getinfo -c nowhere
      """
    Then it is failed with 1
    When Org1's administrator runs:
      """
      peer channel fetch 0 zero.block -c trade -o "$ORDERER_ADDRESS" --tls --cafile "$ORDERER_CA"
      peer channel fetch config config.block -c trade
      """
    Then it is done
    When Org1's administrator runs:
      """
      peer channel join -b zero.block
      """
    Then it is failed with 1

  @tools
  Scenario: peer chaincode
    When Org1's administrator runs:
      """
      peer chaincode invoke -o "$ORDERER_ADDRESS" --tls --cafile "$ORDERER_CA" -C trade -n ledger -c '{"Args":["add","cli","5"]}' $PEER_CONN_PARMS --waitForEvent
      """
    Then it is done
    When Org2's administrator runs:
      """
      peer chaincode query -C trade -n ledger -c '{"Args":["get","cli"]}'
      """
    Then it shows:
      """
      out 5
      """
    When Org1's administrator runs:
      """
      peer chaincode invoke -o "$ORDERER_ADDRESS" --tls --cafile "$ORDERER_CA" -C trade -n ledger -c '{"Args":["add","cli","5"]}' --waitForEvent
      """
    Then it is failed with 1
    When Org1's administrator runs:
      """
      peer chaincode invoke -o "$ORDERER_ADDRESS" --tls --cafile "$ORDERER_CA" -C trade -n ledger -c '{"Args":["fail","no such lot"]}' $PEER_CONN_PARMS --waitForEvent
      """
    Then it is failed with 1
    When Org1's administrator runs:
      """
      peer chaincode query -C trade -n nobody -c '{"Args":["get","cli"]}'
      """
    Then it is failed with 1

  @tools
  Scenario: peer lifecycle chaincode
    When Org1's administrator runs:
      """
      id=$(peer lifecycle chaincode queryinstalled --output json | tr -d ' \n' | sed 's/.*"package_id":"\(ledger_1.0:[0-9a-f]*\)".*/\1/')
      peer lifecycle chaincode approveformyorg -o "$ORDERER_ADDRESS" --tls --cafile "$ORDERER_CA" -C trade --name typed --version 1.0 --sequence 1 --package-id "$id" --waitForEvent
      peer lifecycle chaincode checkcommitreadiness -C trade --name typed --version 1.0 --sequence 1 --output json
      """
    Then it is done
    When Org1's administrator runs:
      """
      peer lifecycle chaincode commit -o "$ORDERER_ADDRESS" --tls --cafile "$ORDERER_CA" -C trade --name typed --version 1.0 --sequence 1 $PEER_CONN_PARMS
      """
    Then it is failed with 1
    When Org2's administrator runs:
      """
      peer lifecycle chaincode approveformyorg -o "$ORDERER_ADDRESS" --tls --cafile "$ORDERER_CA" -C trade --name typed --version 1.0 --sequence 1 --waitForEvent
      peer lifecycle chaincode commit -o "$ORDERER_ADDRESS" --tls --cafile "$ORDERER_CA" -C trade --name typed --version 1.0 --sequence 1 $PEER_CONN_PARMS --waitForEvent
      peer lifecycle chaincode querycommitted -C trade --name typed
      peer lifecycle chaincode queryapproved -C trade --name typed
      """
    Then it is done
    When Org1's administrator runs:
      """
      peer lifecycle chaincode querycommitted -C trade --name nobody
      """
    Then it is failed with 1

  @tools
  Scenario: osnadmin channel
    When the orderers' administrator runs:
      """
      osn="-o $ORDERER_ADMIN_ADDRESS --ca-file $ORDERER_CA --client-cert $ORDERER_ADMIN_TLS_SIGN_CERT --client-key $ORDERER_ADMIN_TLS_PRIVATE_KEY"
      osnadmin channel list --channelID trade $osn
      osnadmin channel list --channelID nowhere $osn
      osnadmin channel fetch --channelID trade --blockID 0 --outputfile first.block $osn
      osnadmin channel join --channelID trade --config-block first.block $osn
      osnadmin channel remove --channelID nowhere $osn
      """
    Then it is done

  @tools
  Scenario: a chaincode that has to be initialised, and once only
    Given chaincode prepared is defined, to be initialised
    When Org1's administrator runs:
      """
      peer chaincode query -C trade -n prepared -c '{"Args":["get","initialised"]}'
      """
    Then it is failed with 1
    When Org1's administrator runs:
      """
      peer chaincode invoke -o "$ORDERER_ADDRESS" --tls --cafile "$ORDERER_CA" -C trade -n prepared --isInit -c '{"Args":["init"]}' $PEER_CONN_PARMS --waitForEvent
      peer chaincode query -C trade -n prepared -c '{"Args":["get","initialised"]}'
      """
    Then it is done
    When Org1's administrator runs:
      """
      peer chaincode invoke -o "$ORDERER_ADDRESS" --tls --cafile "$ORDERER_CA" -C trade -n prepared --isInit -c '{"Args":["init"]}' $PEER_CONN_PARMS --waitForEvent
      """
    Then it is failed with 1

  @tools @differs
  Scenario: peer snapshot
    The embedded network makes no ledger snapshots: a new peer reads the blocks from the first one on.

    When Org1's administrator runs:
      """
      peer snapshot listpending -c trade --peerAddress "$CORE_PEER_ADDRESS" --tlsRootCertFile "$CORE_PEER_TLS_ROOTCERT_FILE"
      """
    Then it is done

  @tools @differs
  Scenario: discover
    The embedded network has no service discovery; a gateway client needs none, since the peer plans endorsements itself.

    When Org1's administrator runs:
      """
      discover --peerTLSCA "$CORE_PEER_TLS_ROOTCERT_FILE" --userKey "$(ls "$CORE_PEER_MSPCONFIGPATH"/keystore/*)" --userCert "$(ls "$CORE_PEER_MSPCONFIGPATH"/signcerts/*)" --MSP Org1MSP peers --server "$CORE_PEER_ADDRESS" --channel trade | grep -c '"MSPID"'
      """
    Then it is done
