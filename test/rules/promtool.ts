import { images } from "../../components/shared/versions";
import { prometheusTool } from "../mesh/real/tools/goTools";
import { asCommand, placeOf, provideGoTool } from "../support/goTool";

/* promtool of the very version that the platform runs, from the module that the mesh's tests have Prometheus of. */

const tool = prometheusTool("promtool");

/** Where it is once it was built. */
export const promtool = placeOf(tool);

/** Builds it where it isn't there. */
function provision(): undefined {
  const shipped = images.prometheus.tag.replace(/^v/, "");
  if (tool.version !== shipped) throw new Error(`test/mesh/real/tools/prometheus/go.mod names Prometheus ${tool.version}, and the platform runs ${shipped}. In that folder: ${change(shipped)}`);
  provideGoTool(tool);
}

/** What lets the module name another release: v3.14.0 is v0.314.0 there. */
function change(release: string): string {
  const [major, minor = "", patch] = release.split(".");
  return `go get github.com/prometheus/prometheus@v0.${major}${minor.padStart(2, "0")}.${patch} && go mod tidy`;
}

if (require.main === module) asCommand(provision);
