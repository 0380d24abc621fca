// Judges MSP cases with Hyperledger Fabric's own msp package. See ../vectors/README.md for how it is run.
package main

import (
	"encoding/base64"
	"encoding/json"
	"os"

	"github.com/hyperledger/fabric-lib-go/bccsp/factory"
	mspprotos "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric/msp"
	"google.golang.org/protobuf/proto"
)

type bytes []byte

func (b *bytes) UnmarshalJSON(text []byte) error {
	var encoded string
	if err := json.Unmarshal(text, &encoded); err != nil {
		return err
	}
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	*b = decoded
	return err
}

func (b bytes) MarshalJSON() ([]byte, error) {
	return json.Marshal(base64.StdEncoding.EncodeToString(b))
}

type verdict struct {
	Deserialize string   `json:"deserialize,omitempty"`
	Validate    string   `json:"validate,omitempty"`
	ID          string   `json:"id,omitempty"`
	Satisfies   []string `json:"satisfies,omitempty"`
}

type identity struct {
	Name    string   `json:"name"`
	IDBytes bytes    `json:"idBytes"`
	Verdict *verdict `json:"verdict,omitempty"`
}

type principal struct {
	Name  string `json:"name"`
	Bytes bytes  `json:"bytes"`
}

type signature struct {
	Name      string `json:"name"`
	Identity  string `json:"identity"`
	Message   bytes  `json:"message"`
	Signature bytes  `json:"signature"`
	Valid     bool   `json:"valid"`
}

type testCase struct {
	Name       string       `json:"name"`
	V3         bool         `json:"v3,omitempty"`
	Config     bytes        `json:"config"`
	Setup      string       `json:"setup,omitempty"`
	Identities []*identity  `json:"identities"`
	Principals []*principal `json:"principals,omitempty"`
	Signatures []*signature `json:"signatures,omitempty"`
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func judge(c *testCase) {
	version := msp.MSPVersion(msp.MSPv1_4_3)
	if c.V3 {
		version = msp.MSPv3_0
	}
	if err := factory.InitFactories(nil); err != nil {
		panic(err)
	}
	one, err := msp.New(&msp.BCCSPNewOpts{NewBaseOpts: msp.NewBaseOpts{Version: version}}, factory.GetDefault())
	if err != nil {
		panic(err)
	}
	config := &mspprotos.MSPConfig{}
	if err := proto.Unmarshal(c.Config, config); err != nil {
		panic(err)
	}
	if err := one.Setup(config); err != nil {
		c.Setup = err.Error()
		return
	}
	name, _ := one.GetIdentifier()
	known := map[string]msp.Identity{}
	for _, i := range c.Identities {
		i.Verdict = &verdict{}
		serialized, err := msp.NewSerializedIdentity(name, i.IDBytes)
		if err != nil {
			panic(err)
		}
		id, err := one.DeserializeIdentity(serialized)
		if err != nil {
			i.Verdict.Deserialize = err.Error()
			continue
		}
		known[i.Name] = id
		i.Verdict.ID = id.GetIdentifier().Id
		i.Verdict.Validate = text(id.Validate())
		for _, p := range c.Principals {
			decoded := &mspprotos.MSPPrincipal{}
			if err := proto.Unmarshal(p.Bytes, decoded); err != nil {
				panic(err)
			}
			if id.SatisfiesPrincipal(decoded) == nil {
				i.Verdict.Satisfies = append(i.Verdict.Satisfies, p.Name)
			}
		}
	}
	for _, s := range c.Signatures {
		id := known[s.Identity]
		s.Valid = id != nil && id.Verify(s.Message, s.Signature) == nil
	}
}

func main() {
	var cases []*testCase
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		panic(err)
	}
	for _, c := range cases {
		judge(c)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	if err := out.Encode(cases); err != nil {
		panic(err)
	}
}
