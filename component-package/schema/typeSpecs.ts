import { z } from "zod";

/**
 * A type in a package's schema.
 * @source https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/
 */
export interface TypeSpec {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: TypeSpec;
  readonly additionalProperties?: TypeSpec;
  readonly oneOf?: readonly TypeSpec[];
  /** The value must be known before the update. */
  readonly plain?: true;
}

/** A property in a package's schema. */
export interface PropertySpec extends TypeSpec {
  readonly description?: string;
  readonly secret?: true;
}

/** A type of the package's own. */
export interface ObjectSpec {
  readonly type: "object";
  readonly description?: string;
  readonly properties: Readonly<Record<string, PropertySpec>>;
  readonly required: readonly string[];
}

/** What of a JSON schema this looks at, as Zod writes it. */
interface Node {
  readonly $ref?: string;
  readonly type?: "string" | "integer" | "number" | "boolean" | "array" | "object";
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly additionalProperties?: Node | false;
  readonly anyOf?: readonly Node[];
  readonly enum?: readonly (string | number)[];
  readonly const?: unknown;
  /** Set by `textInput` and `known`. */
  readonly input?: true;
}

/** What a type, or a property of one, is about: by the name of the type and the path from where the name comes. */
export type Describe = (type: string, path: readonly string[]) => string | undefined;

/** Where a part of a schema stands: the type that is named, and the way from there. */
interface Place {
  readonly type: string;
  readonly path: readonly string[];
}

const pascal = (words: readonly string[]): string => words.filter((word) => word !== "*").map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");

/** Collects the types of a package. A type is called by its schema's id, or after where it stands in the type around it. */
export class TypeSpecs {
  readonly types: Record<string, ObjectSpec> = {};

  constructor(
    private readonly packageName: string,
    private readonly describe: Describe,
  ) {}

  /** The properties of a schema that is an object: those of a resource. Arguments are plain where they are no inputs. */
  add(name: string, schema: z.ZodType, plain: boolean): Omit<ObjectSpec, "type"> {
    const { $defs = {}, ...root } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Node & { readonly $defs?: Readonly<Record<string, Node>> };
    return new Conversion(this.packageName, this.describe, $defs, this.types, plain).object(root.$ref === undefined ? root : ($defs[name] as Node), { type: name, path: [] });
  }
}

class Conversion {
  constructor(
    private readonly packageName: string,
    private readonly describe: Describe,
    private readonly definitions: Readonly<Record<string, Node>>,
    private readonly types: Record<string, ObjectSpec>,
    private readonly plain: boolean,
  ) {}

  object({ properties = {}, required = [] }: Node, { type, path }: Place): Omit<ObjectSpec, "type"> {
    const specs = Object.entries(properties).map(([name, node]) => [name, this.property(node, { type, path: [...path, name] })] as const);
    const description = this.describe(type, path);
    return { ...(description !== undefined && { description }), properties: Object.fromEntries(specs), required: [...required].sort() };
  }

  private property(node: Node, place: Place): PropertySpec {
    const values = node.enum === undefined ? [] : [`One of ${node.enum.join(", ")}.`];
    const description = [this.describe(place.type, place.path) ?? "", ...values].filter((text) => text !== "").join(" ");
    const spec = this.typeOf(node, place);
    return { ...spec, ...this.plainness(node), ...(description !== "" && { description }) };
  }

  /** An element of a list, a map or a choice: in what may come from another resource, it may too. */
  private element(node: Node, { input }: Node, place: Place): TypeSpec {
    return { ...this.typeOf(node, place), ...(input !== true && this.plainness(node)) };
  }

  private plainness({ input }: Node): Pick<TypeSpec, "plain"> {
    return this.plain && input !== true ? { plain: true } : {};
  }

  private typeOf(node: Node, place: Place): TypeSpec {
    const entry = { ...place, path: [...place.path, "*"] };
    if (node.$ref !== undefined) {
      const name = node.$ref.split("/").at(-1) as string;
      return this.named(name, this.definitions[name] as Node, { type: name, path: [] });
    }
    // Of a text or an output, the text: the rest is said by its not being plain.
    if (node.input === true && node.anyOf !== undefined) return { type: "string" };
    if (node.anyOf?.every(({ properties }) => properties !== undefined) === true || node.properties !== undefined) return this.named(`${place.type}${pascal(place.path)}`, node, place);
    if (node.anyOf !== undefined) return { oneOf: node.anyOf.map((each) => this.element(each, node, entry)) };
    if (node.items !== undefined) return { type: "array", items: this.element(node.items, node, entry) };
    if (node.additionalProperties !== undefined && node.additionalProperties !== false) return { type: "object", additionalProperties: this.element(node.additionalProperties, node, entry) };
    const [value = node.const] = node.enum ?? [];
    return { type: node.type ?? typeof value };
  }

  /** A reference to a type of the package's own. Of several objects, one of which it is, all properties are in the one type. */
  private named(name: string, node: Node, place: Place): TypeSpec {
    if (!(name in this.types)) {
      const whole = node.anyOf === undefined ? node : { properties: Object.assign({}, ...node.anyOf.map(({ properties }) => properties)) as Node["properties"] };
      this.types[name] = { type: "object", properties: {}, required: [] };
      this.types[name] = { type: "object", ...this.object(whole, place) };
    }
    return { $ref: `#/types/${this.packageName}:index:${name}` };
  }
}
