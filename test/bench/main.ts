import { compareDiff } from "./diff";
import { compareMeshApps } from "./meshApps";
import { comparePlatform } from "./platform";

const areWithin = [comparePlatform(), compareDiff(), compareMeshApps()];
if (!areWithin.every(Boolean)) process.exitCode = 1;
