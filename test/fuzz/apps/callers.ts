import * as fc from "fast-check";
import { AppCaller, AppJwt } from "../../../components/apps/meshApp/args";
import { each, fitting, freeText, label, of, reason, some, under } from "../texts";

const lower = "abcdefghijklmnopqrstuvwxyz";
const path = of(`${lower}09-_.~`, 1, 10).filter((text) => !/^\.\.?$/.test(text)).chain((text) => fc.constantFrom(`/${text}`, `/api/${text}/*`));
const requests = fc.array(fc.oneof(each({ methods: fc.constant(["GET", "POST"]) }), each({ paths: fc.array(path, { minLength: 1, maxLength: 2 }) })), { minLength: 1, maxLength: 2 });
const podLabels = fc.dictionary(label, label, { minKeys: 1, maxKeys: 2, noNullPrototype: true });

const caller: fc.Arbitrary<AppCaller> = fc
  .tuple(each({ serviceAccount: each({ namespace: label.map((name) => `team-${name}`.slice(0, 60).replace(/-+$/, "")), name: label }), reason }), some({ requests, podLabels, elsewhere: fc.boolean() }))
  .map(([needed, others]) => ({ ...needed, ...others }));

/** Callers in namespaces of other teams, each once. */
export const callers: fc.Arbitrary<Record<string, AppCaller>> = fc
  .uniqueArray(caller, { maxLength: 3, selector: ({ serviceAccount: { namespace, name } }) => `${namespace}/${name}` })
  .chain((all) => fc.uniqueArray(freeText(1, 10), { minLength: all.length, maxLength: all.length }).map((keys) => Object.fromEntries(all.map((one, index) => [keys[index] ?? "", one]))));

const claim = fitting(/^[a-z]/, `${lower}_:`, 1, 12);
const issuer = label.map((name) => `https://${name}.issuers.example`);

/** Tokens that an issuer outside makes. */
export const jwt: fc.Arbitrary<AppJwt> = fc
  .tuple(
    issuer.map((address) => ({ issuer: address, jwksUri: `${address}/keys` })),
    each({ audiences: fc.array(fitting(/\S/, `${lower}:/-. `, 1, 20), { minLength: 1, maxLength: 2 }) }),
    some({ exceptPaths: fc.array(path, { maxLength: 2 }), claims: under(claim, fc.array(of(lower, 1, 8), { minLength: 1, maxLength: 2 }), 2), headers: under(of(lower, 1, 8).map((name) => `x-team-${name}`), claim, 2) }),
  )
  .map(([where, whom, others]) => ({ ...where, ...whom, ...others }));
