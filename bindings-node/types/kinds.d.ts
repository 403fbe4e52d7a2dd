/** A JSON Schema. */
export type Schema = {
    [key: string]: unknown;
};
/** A kind of resource. */
export interface Kind {
    /** The name, e.g. `aws_s3_bucket`. */
    name: string;
    /** The provider, e.g. `aws`. */
    provider: string;
    /** The service, e.g. `s3`. */
    service: string;
    /** How far one list of it reaches. */
    scope: "account" | "region";
    /** Whether its data is a provider's own object, where a field that is not there is absent. */
    native: boolean;
    /** The call that lists it. */
    call: string;
    /** The permission that the list needs; empty where it needs none. */
    permission: string;
    /** The schema of its data, with the sources of fields in `x-source` and references in `x-ref`. */
    readonly schema: Schema;
}
/** The built-in kinds, in the order of their names. Their schemas are made when they are looked at. */
export declare function kinds(): Kind[];
