import * as fc from "fast-check";
import { AppVersion } from "../../../components/apps/meshApp/args";
import { each, fitting, freeText, label, of, some, under } from "../texts";

const lower = "abcdefghijklmnopqrstuvwxyz";

const image = fc
  .tuple(fitting(/^[a-z0-9]+(-[a-z0-9]+)*$/, `${lower}09-`, 1, 20), of(`${lower}09.`, 1, 10), of("0123456789abcdef", 64, 64), fc.boolean())
  .map(([name, tag, digest, byDigest]) => `cracmedev.azurecr.io/apps/${name}${byDigest ? `@sha256:${digest}` : `:v${tag}`}`);

const variable = fitting(/^[A-Z_]/, "ABC_019", 1, 12);
// No variable in it: which are there is random.
const value = freeText(0, 30).map((text) => text.replaceAll("$(", "("));

/** What stands in each secret variable, and must be nowhere else. */
export const secretValue = "drawn-by-lot-and-told-to-nobody";

const variables = fc.tuple(under(variable, value), under(variable, fc.constant(secretValue))).map(([env, secretEnv]) => ({ env, secretEnv: Object.fromEntries(Object.entries(secretEnv).filter(([name]) => !(name in env))) }));

const replicas = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.nat(20), fc.integer({ min: 1, max: 1000 })).map(([min, more, cpuPercent]) => (more > 10 ? { min, max: min + more, cpuPercent } : { min }));

const resources = fc
  .tuple(fc.constantFrom("50m", "0.25", "2"), fc.constantFrom("32Mi", "64Mi", "128M"), fc.constantFrom("128Mi", "1Gi", "0.5G"))
  .chain(([cpu, memory, memoryLimit]) => some({ cpu: fc.constant(cpu), memory: fc.constant(memory), memoryLimit: fc.constant(memoryLimit) }));

const folders = fc.uniqueArray(of(`${lower}09`, 1, 12), { maxLength: 3 }).map((names) => names.map((name) => `/var/${name}`));

const version: fc.Arbitrary<AppVersion> = fc
  .tuple(each({ image }), some({ replicas, resources, writable: folders, command: fc.array(value, { minLength: 1, maxLength: 2 }), args: fc.array(value, { maxLength: 2 }) }), fc.option(variables, { nil: {} }))
  .map(([needed, others, withVariables]) => ({ ...needed, ...others, ...withVariables }));

/** How the requests are shared out: the rest is the last one's. */
const shares = fc.array(fc.nat(50), { minLength: 2, maxLength: 2 });

const versionName = label.map((name) => name.slice(0, 10).replace(/-+$/, ""));

/** One to three versions, whose weights add up. */
export const versions: fc.Arbitrary<Record<string, AppVersion>> = fc
  .tuple(fc.uniqueArray(fc.tuple(versionName, version), { minLength: 1, maxLength: 3, selector: ([name]) => name }), shares)
  .map(([all, [first = 0, second = 0]]) => {
    const weights = [[100], [first, 100 - first], [first, second, 100 - first - second]][all.length - 1] ?? [];
    return Object.fromEntries(all.map(([name, one], index) => [name, { ...one, weight: weights[index] }]));
  });
