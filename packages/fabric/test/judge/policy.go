// Judges policy texts and evaluations with Hyperledger Fabric's own packages. See ../vectors/README.md for how it is run.
package main

import (
	"encoding/base64"
	"encoding/json"
	"os"

	"github.com/hyperledger/fabric-lib-go/bccsp/factory"
	mspprotos "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric/common/cauthdsl"
	"github.com/hyperledger/fabric/common/policydsl"
	"github.com/hyperledger/fabric/msp"
	"google.golang.org/protobuf/proto"
)

type policyText struct {
	Text string `json:"text"`
	// Envelope as base64; absent when the text was refused.
	Envelope string `json:"envelope,omitempty"`
}

type evaluation struct {
	Policy string `json:"policy"`
	// Indexes of identities, in the order of their signatures; a 1 in Results where they satisfy the policy.
	Orders  [][]int `json:"orders"`
	Results string  `json:"results"`
}

type input struct {
	Msps        []string      `json:"msps"`
	Identities  []string      `json:"identities"`
	Texts       []*policyText `json:"texts"`
	Evaluations []*evaluation `json:"evaluations"`
}

func decode(text string) []byte {
	raw, err := base64.StdEncoding.DecodeString(text)
	check(err)
	return raw
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	check(factory.InitFactories(nil))
	in := &input{}
	check(json.NewDecoder(os.Stdin).Decode(in))
	for _, t := range in.Texts {
		if envelope, err := policydsl.FromString(t.Text); err == nil {
			raw, err := proto.Marshal(envelope)
			check(err)
			t.Envelope = base64.StdEncoding.EncodeToString(raw)
		}
	}
	var msps []msp.MSP
	for _, config := range in.Msps {
		one, err := msp.New(&msp.BCCSPNewOpts{NewBaseOpts: msp.NewBaseOpts{Version: msp.MSPv1_4_3}}, factory.GetDefault())
		check(err)
		parsed := &mspprotos.MSPConfig{}
		check(proto.Unmarshal(decode(config), parsed))
		check(one.Setup(parsed))
		msps = append(msps, one)
	}
	manager := msp.NewMSPManager()
	check(manager.Setup(msps))
	provider := cauthdsl.NewPolicyProvider(manager)
	for _, e := range in.Evaluations {
		policy, _, err := provider.NewPolicy(decode(e.Policy))
		check(err)
		for _, order := range e.Orders {
			var identities []msp.Identity
			for _, index := range order {
				identity, err := manager.DeserializeIdentity(decode(in.Identities[index]))
				check(err)
				identities = append(identities, identity)
			}
			if policy.EvaluateIdentities(identities) == nil {
				e.Results += "1"
			} else {
				e.Results += "0"
			}
		}
	}
	check(json.NewEncoder(os.Stdout).Encode(in))
}
