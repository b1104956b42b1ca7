import * as pulumi from "@pulumi/pulumi";
import { ComponentPackage } from "./componentPackage";

/* The process that Pulumi's engine starts for the package. */
void pulumi.provider.main(new ComponentPackage(), process.argv.slice(2));
