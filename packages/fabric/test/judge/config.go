// Judges channel configurations and their updates with Hyperledger Fabric's own packages. See ../vectors/README.md for how it is run.
package main

import (
	"encoding/base64"
	"encoding/json"
	"os"

	"github.com/hyperledger/fabric-lib-go/bccsp/factory"
	cb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric/common/channelconfig"
	"github.com/hyperledger/fabric/internal/configtxlator/update"
	"github.com/hyperledger/fabric/protoutil"
	"google.golang.org/protobuf/proto"
)

type configuration struct {
	Name    string `json:"name"`
	Channel string `json:"channel"`
	Config  string `json:"config"`
	Error   string `json:"error,omitempty"`
}

type successor struct {
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`
	Error  string `json:"error,omitempty"`
}

type proposal struct {
	Name   string `json:"name"`
	Config string `json:"config"`
	// ConfigUpdateEnvelope
	Update string `json:"update"`
	Error  string `json:"error,omitempty"`
	Result string `json:"result,omitempty"`
}

type computation struct {
	Before string `json:"before"`
	After  string `json:"after"`
	Error  string `json:"error,omitempty"`
	Update string `json:"update,omitempty"`
}

type input struct {
	Configurations []*configuration `json:"configurations"`
	Successors     []*successor     `json:"successors"`
	Proposals      []*proposal      `json:"proposals"`
	Computations   []*computation   `json:"computations"`
}

func decode(text string, message proto.Message) {
	raw, err := base64.StdEncoding.DecodeString(text)
	check(err)
	check(proto.Unmarshal(raw, message))
}

func encode(message proto.Message) string {
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
	check(err)
	return base64.StdEncoding.EncodeToString(raw)
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func bundle(channel, config string) (*channelconfig.Bundle, error) {
	parsed := &cb.Config{}
	decode(config, parsed)
	return channelconfig.NewBundle(channel, parsed, factory.GetDefault())
}

func propose(p *proposal) {
	b, err := bundle("trade", p.Config)
	check(err)
	raw, err := base64.StdEncoding.DecodeString(p.Update)
	check(err)
	payload := &cb.Payload{
		Header: &cb.Header{ChannelHeader: protoutil.MarshalOrPanic(&cb.ChannelHeader{Type: int32(cb.HeaderType_CONFIG_UPDATE), ChannelId: "trade"})},
		Data:   raw,
	}
	result, err := b.ConfigtxValidator().ProposeConfigUpdate(&cb.Envelope{Payload: protoutil.MarshalOrPanic(payload)})
	p.Error = text(err)
	if err == nil {
		p.Result = encode(result.Config)
	}
}

func main() {
	check(factory.InitFactories(nil))
	in := &input{}
	check(json.NewDecoder(os.Stdin).Decode(in))
	for _, c := range in.Configurations {
		_, err := bundle(c.Channel, c.Config)
		c.Error = text(err)
	}
	for _, s := range in.Successors {
		before, err := bundle("trade", s.Before)
		check(err)
		after, err := bundle("trade", s.After)
		check(err)
		s.Error = text(before.ValidateNew(after))
	}
	for _, p := range in.Proposals {
		propose(p)
	}
	for _, c := range in.Computations {
		before, after := &cb.Config{}, &cb.Config{}
		decode(c.Before, before)
		decode(c.After, after)
		result, err := update.Compute(before, after)
		c.Error = text(err)
		if err == nil {
			c.Update = encode(result)
		}
	}
	check(json.NewEncoder(os.Stdout).Encode(in))
}
