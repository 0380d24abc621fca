import { DESCRIBE, exportCommand, source, type Snippet, type SnippetTarget } from "./target.ts";

const program = ({ address, hostname, mspId, channel, chaincode }: SnippetTarget): string => `import hashlib
import os
import time

import grpc
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2, gateway_pb2_grpc
from fabric_protos.msp import identities_pb2
from fabric_protos.peer import chaincode_pb2, proposal_pb2

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def read(name):
    with open(name, "rb") as file:
        return file.read()


KEY = serialization.load_pem_private_key(read("private-key.pem"), None)
CREATOR = identities_pb2.SerializedIdentity(mspid=${JSON.stringify(mspId)}, id_bytes=read("certificate.pem")).SerializeToString()


def sign(message):
    """Fabric takes only the smaller of the two signatures that fit."""
    r, s = utils.decode_dss_signature(KEY.sign(message, ec.ECDSA(hashes.SHA256())))
    return utils.encode_dss_signature(r, min(s, P256_ORDER - s))


def propose(channel, chaincode, *arguments):
    nonce = os.urandom(24)
    transaction_id = hashlib.sha256(nonce + CREATOR).hexdigest()
    chaincode_id = chaincode_pb2.ChaincodeID(name=chaincode)
    header = common_pb2.ChannelHeader(
        type=common_pb2.ENDORSER_TRANSACTION,
        channel_id=channel,
        tx_id=transaction_id,
        extension=proposal_pb2.ChaincodeHeaderExtension(chaincode_id=chaincode_id).SerializeToString(),
    )
    header.timestamp.FromNanoseconds(time.time_ns())
    signature_header = common_pb2.SignatureHeader(creator=CREATOR, nonce=nonce)
    invocation = chaincode_pb2.ChaincodeInvocationSpec(
        chaincode_spec=chaincode_pb2.ChaincodeSpec(
            chaincode_id=chaincode_id, input=chaincode_pb2.ChaincodeInput(args=[argument.encode() for argument in arguments])
        )
    )
    proposal = proposal_pb2.Proposal(
        header=common_pb2.Header(
            channel_header=header.SerializeToString(), signature_header=signature_header.SerializeToString()
        ).SerializeToString(),
        payload=proposal_pb2.ChaincodeProposalPayload(input=invocation.SerializeToString()).SerializeToString(),
    ).SerializeToString()
    return transaction_id, proposal_pb2.SignedProposal(proposal_bytes=proposal, signature=sign(proposal))


def evaluate(stub, channel, chaincode, *arguments):
    transaction_id, proposal = propose(channel, chaincode, *arguments)
    request = gateway_pb2.EvaluateRequest(transaction_id=transaction_id, channel_id=channel, proposed_transaction=proposal)
    return stub.Evaluate(request, timeout=10).result.payload


def submit(stub, channel, chaincode, *arguments):
    """Endorses, orders and waits for the commit; returns the transaction's id, block and validation code (0 is VALID)."""
    transaction_id, proposal = propose(channel, chaincode, *arguments)
    prepared = stub.Endorse(
        gateway_pb2.EndorseRequest(transaction_id=transaction_id, channel_id=channel, proposed_transaction=proposal), timeout=15
    ).prepared_transaction
    prepared.signature = sign(prepared.payload)
    stub.Submit(
        gateway_pb2.SubmitRequest(transaction_id=transaction_id, channel_id=channel, prepared_transaction=prepared), timeout=5
    )
    request = gateway_pb2.CommitStatusRequest(transaction_id=transaction_id, channel_id=channel, identity=CREATOR).SerializeToString()
    status = stub.CommitStatus(gateway_pb2.SignedCommitStatusRequest(request=request, signature=sign(request)), timeout=60)
    return transaction_id, status.block_number, status.result


credentials = grpc.ssl_channel_credentials(read("tls-root.pem"))
options = [("grpc.ssl_target_name_override", ${JSON.stringify(hostname)})]
with grpc.secure_channel(${JSON.stringify(address)}, credentials, options) as connection:
    gateway = gateway_pb2_grpc.GatewayStub(connection)
    # To write: submit(gateway, ${JSON.stringify(channel)}, ${JSON.stringify(chaincode)}, "FUNCTION", "ARGUMENT")
    print(evaluate(gateway, ${JSON.stringify(channel)}, ${JSON.stringify(chaincode)}, ${JSON.stringify(DESCRIBE)}).decode())
`;

/** Fabric has no official gateway client for Python; its official messages and gRPC are enough. */
export function pythonSnippet(target: SnippetTarget): Snippet {
  return {
    language: "python",
    title: "Python",
    setup: [exportCommand(target), "pip install --pre grpcio cryptography hyperledger-fabric-protos"],
    files: [source("app.py", program(target))],
    run: "python3 app.py",
  };
}
