// Reads words, one a line, and writes those that the British English dictionary does not know.
import { readFileSync } from "node:fs";
import nspell from "nspell";
import dictionary from "dictionary-en-gb";

const read = (found) => (typeof found === "function" ? new Promise((done, fail) => found((error, value) => (error ? fail(error) : done(value)))) : found);
const { aff, dic } = await read(dictionary);
const known = nspell(Buffer.from(aff), Buffer.from(dic));
for (const word of readFileSync(0, "utf8").split("\n")) if (word && !known.correct(word)) console.log(word);
