import { DESCRIBE, exportCommand, source, type Snippet, type SnippetTarget } from "./target.ts";

const program = (target: SnippetTarget): string => `package main

import (
	"crypto/x509"
	"fmt"
	"os"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/hash"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	connection, err := connect()
	if err != nil {
		return err
	}
	defer connection.Close()
	id, sign, err := user()
	if err != nil {
		return err
	}
	gateway, err := client.Connect(id, client.WithSign(sign), client.WithHash(hash.SHA256), client.WithClientConnection(connection))
	if err != nil {
		return err
	}
	defer gateway.Close()
	contract := gateway.GetNetwork(${JSON.stringify(target.channel)}).GetContract(${JSON.stringify(target.chaincode)})
	// To write: contract.SubmitTransaction("FUNCTION", "ARGUMENT")
	metadata, err := contract.EvaluateTransaction(${JSON.stringify(DESCRIBE)})
	if err != nil {
		return err
	}
	fmt.Println(string(metadata))
	return nil
}

func connect() (*grpc.ClientConn, error) {
	root, err := os.ReadFile("tls-root.pem")
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(root)
	return grpc.NewClient(${JSON.stringify(`dns:///${target.address}`)}, grpc.WithTransportCredentials(credentials.NewClientTLSFromCert(pool, ${JSON.stringify(target.hostname)})))
}

func user() (*identity.X509Identity, identity.Sign, error) {
	certificatePEM, err := os.ReadFile("certificate.pem")
	if err != nil {
		return nil, nil, err
	}
	certificate, err := identity.CertificateFromPEM(certificatePEM)
	if err != nil {
		return nil, nil, err
	}
	id, err := identity.NewX509Identity(${JSON.stringify(target.mspId)}, certificate)
	if err != nil {
		return nil, nil, err
	}
	keyPEM, err := os.ReadFile("private-key.pem")
	if err != nil {
		return nil, nil, err
	}
	key, err := identity.PrivateKeyFromPEM(keyPEM)
	if err != nil {
		return nil, nil, err
	}
	sign, err := identity.NewPrivateKeySign(key)
	return id, sign, err
}
`;

/** The official client for Go. */
export function goSnippet(target: SnippetTarget): Snippet {
  return {
    language: "go",
    title: "Go",
    setup: [exportCommand(target), "go mod init app && go get github.com/hyperledger/fabric-gateway@v1 google.golang.org/grpc"],
    files: [source("main.go", program(target))],
    run: "go run .",
  };
}
