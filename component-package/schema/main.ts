import * as fs from "node:fs";
import { packageSchemaText } from "./packageSchema";

/* Writes the package's schema anew. */
fs.writeFileSync("component-package/schema.json", packageSchemaText());
