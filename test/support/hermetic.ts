import { hermetic } from "../../simulator/engine/hermetic";

// Tests, and the processes that they start, are kept from the world outside as a preview is.
process.env = hermetic(process.env);
