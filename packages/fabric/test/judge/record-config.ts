// Reads judged configurations from standard input and prints them for config.json.br. See ../vectors/README.md.
import { buffer } from "node:stream/consumers";
import { brotliCompressSync, constants } from "node:zlib";

const judged = await buffer(process.stdin);
// The configurations differ little from each other; a wide window keeps one of them.
process.stdout.write(
  brotliCompressSync(judged, { params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: judged.length } }),
);
