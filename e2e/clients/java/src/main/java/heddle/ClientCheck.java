package heddle;

import com.google.gson.Gson;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.client.ChaincodeEvent;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.CommitException;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.EndorseException;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.InMemoryCheckpointer;
import org.hyperledger.fabric.client.Network;
import org.hyperledger.fabric.client.Proposal;
import org.hyperledger.fabric.client.Status;
import org.hyperledger.fabric.client.SubmittedTransaction;
import org.hyperledger.fabric.client.identity.Identities;
import org.hyperledger.fabric.client.identity.Signer;
import org.hyperledger.fabric.client.identity.Signers;
import org.hyperledger.fabric.client.identity.X509Identity;

/**
 * Does with the official Java client what the tests of the Node.js client do, and prints what came of it as JSON.
 * Arguments: the peer's address, its name in the TLS certificate, a folder with root.pem, cert.pem and key.pem,
 * the organisation's MSP id, the channel and the chaincode.
 */
public final class ClientCheck {
    private final Map<String, Object> results = new LinkedHashMap<>();
    private final Gateway gateway;
    private final Network network;
    private final Contract contract;
    private final Signer signer;

    private ClientCheck(final Gateway gateway, final Signer signer, final String channel, final String chaincode) {
        this.gateway = gateway;
        this.signer = signer;
        this.network = gateway.getNetwork(channel);
        this.contract = network.getContract(chaincode);
    }

    public static void main(final String[] args) throws Exception {
        var folder = Path.of(args[2]);
        var signer = Signers.newPrivateKeySigner(read(folder.resolve("key.pem"), Identities::readPrivateKey));
        var identity = new X509Identity(args[3], read(folder.resolve("cert.pem"), Identities::readX509Certificate));
        var credentials = TlsChannelCredentials.newBuilder().trustManager(folder.resolve("root.pem").toFile()).build();
        ManagedChannel channel = Grpc.newChannelBuilder(args[0], credentials).overrideAuthority(args[1]).build();
        var builder = Gateway.newInstance()
                .identity(identity)
                .signer(signer)
                .connection(channel)
                .evaluateOptions(options -> options.withDeadlineAfter(20, TimeUnit.SECONDS))
                .endorseOptions(options -> options.withDeadlineAfter(20, TimeUnit.SECONDS))
                .submitOptions(options -> options.withDeadlineAfter(20, TimeUnit.SECONDS))
                .commitStatusOptions(options -> options.withDeadlineAfter(20, TimeUnit.SECONDS));
        try (var gateway = builder.connect()) {
            var check = new ClientCheck(gateway, signer, args[4], args[5]);
            check.run();
            System.out.println(new Gson().toJson(check.results));
        } finally {
            channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    private interface PemReader<T> {
        T from(Reader reader) throws Exception;
    }

    private static <T> T read(final Path file, final PemReader<T> pem) throws Exception {
        try (var reader = Files.newBufferedReader(file)) {
            return pem.from(reader);
        }
    }

    private static String text(final byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void run() throws Exception {
        results.put("submitted", text(contract.submitTransaction("put", "java", "größe")));
        results.put("evaluated", text(contract.evaluateTransaction("get", "java")));
        var first = submitAsynchronously();
        readEvents(first);
        results.put("firstBlock", firstBlock());
        results.put("refused", refusal());
        results.put("invalid", invalidCommit());
        results.put("signedOffLine", signOffLine());
    }

    private long submitAsynchronously() throws Exception {
        SubmittedTransaction submitted = contract.newProposal("emit")
                .addArguments("JavaEvent", "1")
                .build()
                .endorse()
                .submitAsync();
        Status status = submitted.getStatus();
        results.put("asynchronous", text(submitted.getResult()));
        results.put("status", status.getCode().name());
        results.put("sameTransaction", status.getTransactionId().equals(submitted.getTransactionId()));
        return status.getBlockNumber();
    }

    /** Reads one event, closes, and goes on from a checkpoint: each event comes once. */
    private void readEvents(final long startBlock) throws Exception {
        var checkpointer = new InMemoryCheckpointer();
        List<String> seen = new ArrayList<>();
        try (var events = contractEvents(startBlock, checkpointer)) {
            ChaincodeEvent event = events.next();
            seen.add(event.getEventName() + " " + text(event.getPayload()));
            checkpointer.checkpointChaincodeEvent(event);
        }
        contract.submitTransaction("emit", "JavaEvent", "2");
        try (var events = contractEvents(startBlock, checkpointer)) {
            ChaincodeEvent event = events.next();
            seen.add(event.getEventName() + " " + text(event.getPayload()));
        }
        results.put("events", seen);
    }

    private CloseableIterator<ChaincodeEvent> contractEvents(final long startBlock, final InMemoryCheckpointer checkpointer) {
        return network.newChaincodeEventsRequest(contract.getChaincodeName())
                .startBlock(startBlock)
                .checkpoint(checkpointer)
                .build()
                .getEvents();
    }

    private long firstBlock() {
        try (var blocks = network.newBlockEventsRequest().startBlock(0).build().getEvents()) {
            return blocks.next().getHeader().getNumber();
        }
    }

    private Object refusal() throws Exception {
        try {
            contract.submitTransaction("fail", "no such lot");
            return "not refused";
        } catch (EndorseException e) {
            return describe(e);
        }
    }

    private static Map<String, Object> describe(final GatewayException e) {
        List<Map<String, String>> details = new ArrayList<>();
        e.getDetails().forEach(detail -> details.add(
                Map.of("address", detail.getAddress(), "mspId", detail.getMspId(), "message", detail.getMessage())));
        return Map.of("code", e.getStatus().getCode().name(), "details", details);
    }

    private String invalidCommit() throws Exception {
        try {
            contract.newProposal("put")
                    .addArguments("java-policy", "1")
                    .setEndorsingOrganizations("Org1MSP")
                    .build()
                    .endorse()
                    .submit();
            return "not refused";
        } catch (CommitException e) {
            return e.getCode().name();
        }
    }

    private String signOffLine() throws Exception {
        Proposal unsigned = contract.newProposal("whoAmI").build();
        return text(gateway.newSignedProposal(unsigned.getBytes(), signer.sign(unsigned.getDigest())).evaluate());
    }
}
