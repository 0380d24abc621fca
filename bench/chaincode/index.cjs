"use strict";
// The smallest contract that writes: what is measured is the network, not the contract.
const { Contract } = require("fabric-contract-api");

class Put extends Contract {
  async put(ctx, key, value) {
    await ctx.stub.putState(key, Buffer.from(value));
  }

  async get(ctx, key) {
    return Buffer.from(await ctx.stub.getState(key)).toString();
  }
}

exports.contracts = [Put];
