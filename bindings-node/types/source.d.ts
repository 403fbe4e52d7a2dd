/** A source of resources that is built in. It holds options only: what it connects to is made in each scan, and ends with it. */
export declare abstract class Source {
    #private;
}
/** Options of an {@link Aws}; all have defaults. */
export interface AwsOptions {
    /** The regions to collect in; without any, those that are enabled for the account. */
    regions?: readonly string[] | null | undefined;
    /** The profile of the AWS configuration files whose credentials to use. */
    profile?: string | null | undefined;
    /** A role to assume with the credentials. */
    roleArn?: string | null | undefined;
    /** The external id that the role's trust policy asks for. */
    externalId?: string | null | undefined;
    /** The name of the role's session, as CloudTrail shows it; `cspm` unless given. */
    sessionName?: string | null | undefined;
    /** An access key, with `secretAccessKey`, instead of the default chain of credentials. It stays in memory. */
    accessKeyId?: string | null | undefined;
    /** The secret of the access key. */
    secretAccessKey?: string | null | undefined;
    /** The session token, where the credentials are temporary. */
    sessionToken?: string | null | undefined;
    /** Another endpoint for every service, such as an emulator's. */
    endpointUrl?: string | null | undefined;
    /** How long one attempt of a call may take, in milliseconds; 30,000 unless given. */
    timeout?: number | null | undefined;
    /** How long a connection may take to be made, in milliseconds; 10,000 unless given. */
    connectTimeout?: number | null | undefined;
    /** How long all attempts of a call may take, in milliseconds; 90,000 unless given. */
    callTimeout?: number | null | undefined;
    /** How often a call is tried at most; 8 times unless given. */
    maxAttempts?: number | null | undefined;
    /** How many calls may be under way at once; 64 unless given. */
    concurrency?: number | null | undefined;
    /** The share of AWS's request rates to use; 0.5 unless given. */
    rateShare?: number | null | undefined;
}
/** An AWS account, with the credentials of the default chain unless others are given. They are never printed. */
export declare class Aws extends Source {
    constructor(options?: AwsOptions);
}
/** Options of a {@link Kubernetes}; all have defaults. */
export interface KubernetesOptions {
    /** The kubeconfig to read, instead of `KUBECONFIG` or `~/.kube/config`. */
    kubeconfig?: string | null | undefined;
    /** The context, instead of the current one. */
    context?: string | null | undefined;
    /** The namespaces to scan, instead of all. */
    namespaces?: readonly string[] | null | undefined;
    /** What the cluster is called in findings, instead of its name in the kubeconfig. */
    clusterName?: string | null | undefined;
    /** Whether to use the service account of the pod that this runs in. */
    inCluster?: boolean | null | undefined;
    /** How many objects are asked for at a time; 500 unless given. */
    pageSize?: number | null | undefined;
    /** How many lists are made at a time; 4 unless given. */
    concurrency?: number | null | undefined;
    /** How long one attempt of a call may take, in milliseconds; 60,000 unless given. */
    timeout?: number | null | undefined;
}
/** A cluster of Kubernetes: the current context of the kubeconfig unless another is given. */
export declare class Kubernetes extends Source {
    constructor(options?: KubernetesOptions);
}
/** Options of {@link Manifests}. */
export interface ManifestsOptions {
    /** The version of Kubernetes that the objects are for, as `1.37`. */
    kubernetesVersion?: string | null | undefined;
    /** What the cluster is called in findings; `manifests` unless given. */
    clusterName?: string | null | undefined;
    /** The namespace of objects that name none; `default` unless given. */
    namespace?: string | null | undefined;
    /** Whether the manifests are all that the cluster will have: what they name and do not hold is missing. */
    complete?: boolean | null | undefined;
    /** Whether they are a part of what the cluster has, of which nothing is assumed. */
    partial?: boolean | null | undefined;
}
/** Objects of Kubernetes that are written in YAML or JSON: files, and folders with all that is in them. */
export declare class Manifests extends Source {
    constructor(paths: string | readonly string[], options?: ManifestsOptions);
}
/** Options of a {@link Snapshot}. */
export interface SnapshotOptions {
    /** Whose credentials read a snapshot named `s3://bucket/key`; those of the default chain unless given. */
    aws?: Aws | null | undefined;
    /** The largest snapshot that is read, decompressed; one GiB unless given. */
    maxBytes?: number | null | undefined;
    /** The most values in it, of which a list or an object counts as three; 60 million unless given. */
    maxValues?: number | null | undefined;
}
/** An inventory in a file, or in an object named `s3://bucket/key`. It is read when a scan begins, and needs no other call. */
export declare class Snapshot extends Source {
    constructor(path: string, options?: SnapshotOptions);
    /** A snapshot in memory; errors call it `name`. */
    static fromBytes(data: Uint8Array, options?: {
        name?: string;
        maxBytes?: number;
        maxValues?: number;
    }): Snapshot;
}
/** The sample that comes with the package: a small company's AWS account, recorded by cspm's own collectors. */
export declare function sample(): Snapshot;
