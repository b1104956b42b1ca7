/*
 * The types by which HTTP filters and their settings for a route are known, as of Envoy 1.40, which Istio 1.31's proxies are built of: by the
 * package within `envoy.extensions.filters.http`. Istio resolves each `@type` of an EnvoyFilter, and refuses the object for one that there isn't.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/filter/filter
 */
const httpFilterTypes: Readonly<Record<string, string>> = {
  "adaptive_concurrency.v3": "AdaptiveConcurrency",
  "admission_control.v3": "AdmissionControl",
  "alternate_protocols_cache.v3": "FilterConfig",
  "api_key_auth.v3": "ApiKeyAuth ApiKeyAuthPerRoute",
  "aws_lambda.v3": "Config PerRouteConfig",
  "aws_request_signing.v3": "AwsRequestSigning AwsRequestSigningPerRoute",
  "bandwidth_limit.v3": "BandwidthLimit",
  "bandwidth_share.v3": "BandwidthShare",
  "basic_auth.v3": "BasicAuth BasicAuthPerRoute",
  "body_size_limit.v3": "BodySizeLimit",
  "buffer.v3": "Buffer BufferPerRoute",
  "cache.v3": "CacheConfig",
  "cache_v2.v3": "CacheV2Config",
  "cdn_loop.v3": "CdnLoopConfig",
  "composite.v3": "Composite CompositePerRoute ExecuteFilterAction",
  "compressor.v3": "Compressor CompressorPerRoute",
  "connect_grpc_bridge.v3": "FilterConfig",
  "cors.v3": "Cors CorsPolicy",
  "credential_injector.v3": "CredentialInjector",
  "csrf.v3": "CsrfPolicy",
  "custom_response.v3": "CustomResponse",
  "decompressor.v3": "Decompressor",
  "dynamic_forward_proxy.v3": "FilterConfig PerRouteConfig",
  "dynamic_modules.v3": "DynamicModuleFilter DynamicModuleFilterPerRoute",
  "ext_authz.v3": "ExtAuthz ExtAuthzPerRoute",
  "ext_proc.v3": "ExternalProcessor ExtProcPerRoute",
  "fault.v3": "HTTPFault",
  "file_server.v3": "FileServerConfig",
  "file_system_buffer.v3": "FileSystemBufferFilterConfig",
  "filter_chain.v3": "FilterChainConfig FilterChainConfigPerRoute",
  "gcp_authn.v3": "GcpAuthnFilterConfig Audience",
  "geoip.v3": "Geoip",
  "grpc_field_extraction.v3": "GrpcFieldExtractionConfig",
  "grpc_http1_bridge.v3": "Config",
  "grpc_http1_reverse_bridge.v3": "FilterConfig FilterConfigPerRoute",
  "grpc_json_reverse_transcoder.v3": "GrpcJsonReverseTranscoder",
  "grpc_json_transcoder.v3": "GrpcJsonTranscoder",
  "grpc_stats.v3": "FilterConfig FilterObject",
  "grpc_web.v3": "GrpcWeb",
  "gzip.v3": "Gzip",
  "header_mutation.v3": "HeaderMutation HeaderMutationPerRoute",
  "header_to_metadata.v3": "Config",
  "health_check.v3": "HealthCheck",
  "ip_tagging.v3": "IPTagging",
  "json_to_metadata.v3": "JsonToMetadata",
  "jwt_authn.v3": "JwtAuthentication PerRouteConfig",
  "kill_request.v3": "KillRequest",
  "local_ratelimit.v3": "LocalRateLimit",
  "lua.v3": "Lua LuaPerRoute",
  "mcp.v3": "Mcp McpOverride",
  "mcp_router.v3": "McpRouter",
  "oauth2.v3": "OAuth2 OAuth2PerRoute",
  "on_demand.v3": "OnDemand PerRouteConfig",
  "original_src.v3": "OriginalSrc",
  "proto_api_scrubber.v3": "ProtoApiScrubberConfig",
  "proto_message_extraction.v3": "ProtoMessageExtractionConfig",
  "rate_limit_quota.v3": "RateLimitQuotaFilterConfig RateLimitQuotaOverride",
  "ratelimit.v3": "RateLimit RateLimitPerRoute",
  "rbac.v3": "RBAC RBACPerRoute",
  "router.v3": "Router",
  "set_filter_state.v3": "Config",
  "set_metadata.v3": "Config",
  "sse_to_metadata.v3": "SseToMetadata",
  "stateful_session.v3": "StatefulSession StatefulSessionPerRoute",
  "tap.v3": "Tap",
  "thrift_to_metadata.v3": "ThriftToMetadata ThriftToMetadataPerRoute",
  "transform.v3": "TransformConfig",
  "upstream_codec.v3": "UpstreamCodec",
  "wasm.v3": "Wasm",
};

const inHttpFilters = /^envoy\.extensions\.filters\.http\.((?:\w+\.)*v\d+\w*)\.(\w+)$/;

/** Whose types others are: of these the name isn't known here, only that it has the form of one. */
const others = /^(envoy|google\.protobuf|udpa|xds|istio|io\.istio|stats|contrib)(\.\w+)+$/;

/**
 * What is wrong with an `@type`; nothing with those that there are. Of HTTP filters the very names are known, but not those of `v3alpha`,
 * which change.
 */
export function typeProblem(type: string): string | undefined {
  const name = type.split("/").at(-1) ?? "";
  const unknown = `referenced type unknown: could not resolve Any message type: ${type}`;
  if (!type.includes("/") || !others.test(name)) return `${unknown}; it is type.googleapis.com/ and the name of a message, as envoy.extensions.filters.http.lua.v3.Lua`;
  const [, inPackage, message = ""] = inHttpFilters.exec(name) ?? [];
  if (inPackage === undefined) return name.startsWith("envoy.extensions.filters.http.") ? unknown : undefined;
  if (inPackage.includes("alpha")) return undefined;
  const there = Object.hasOwn(httpFilterTypes, inPackage) ? httpFilterTypes[inPackage]?.split(" ") : undefined;
  if (there === undefined) return `${unknown}; Envoy has no HTTP filter of the package ${inPackage}`;
  return there.includes(message) ? undefined : `${unknown}; the package has ${there.join(", ")}`;
}
