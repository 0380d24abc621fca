import { DESCRIBE, exportCommand, source, type Snippet, type SnippetTarget } from "./target.ts";

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>app</groupId>
  <artifactId>app</artifactId>
  <version>1.0</version>
  <properties>
    <maven.compiler.source>17</maven.compiler.source>
    <maven.compiler.target>17</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
    <exec.mainClass>App</exec.mainClass>
  </properties>
  <dependencies>
    <dependency>
      <groupId>org.hyperledger.fabric</groupId>
      <artifactId>fabric-gateway</artifactId>
      <version>1.10.0</version>
    </dependency>
    <dependency>
      <groupId>com.google.protobuf</groupId>
      <artifactId>protobuf-java</artifactId>
      <version>4.33.0</version>
    </dependency>
    <dependency>
      <groupId>io.grpc</groupId>
      <artifactId>grpc-netty-shaded</artifactId>
      <version>1.76.0</version>
    </dependency>
  </dependencies>
</project>
`;

const program = ({ address, hostname, mspId, channel, chaincode }: SnippetTarget): string => `import io.grpc.Grpc;
import io.grpc.TlsChannelCredentials;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.Hash;
import org.hyperledger.fabric.client.identity.Identities;
import org.hyperledger.fabric.client.identity.Signers;
import org.hyperledger.fabric.client.identity.X509Identity;

public final class App {
  public static void main(final String[] args) throws Exception {
    var credentials = TlsChannelCredentials.newBuilder().trustManager(new File("tls-root.pem")).build();
    var channel = Grpc.newChannelBuilder(${JSON.stringify(address)}, credentials).overrideAuthority(${JSON.stringify(hostname)}).build();
    try (var certificate = Files.newBufferedReader(Path.of("certificate.pem")); var key = Files.newBufferedReader(Path.of("private-key.pem"))) {
      var builder = Gateway.newInstance()
          .identity(new X509Identity(${JSON.stringify(mspId)}, Identities.readX509Certificate(certificate)))
          .signer(Signers.newPrivateKeySigner(Identities.readPrivateKey(key)))
          .hash(Hash.SHA256)
          .connection(channel);
      try (var gateway = builder.connect()) {
        var contract = gateway.getNetwork(${JSON.stringify(channel)}).getContract(${JSON.stringify(chaincode)});
        // To write: contract.submitTransaction("FUNCTION", "ARGUMENT")
        System.out.println(new String(contract.evaluateTransaction(${JSON.stringify(DESCRIBE)}), StandardCharsets.UTF_8));
      }
    } finally {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }
}
`;

/** The official client for Java. */
export function javaSnippet(target: SnippetTarget): Snippet {
  return {
    language: "java",
    title: "Java",
    setup: [exportCommand(target)],
    files: [source("pom.xml", pom), source("src/main/java/App.java", program(target))],
    run: "mvn -q compile exec:java",
  };
}
