import { stringify } from "yaml";
import { ConfigurationFolder } from "./configuredServer";
import { dashboards } from "./dashboards";
import { dashboardJson, dataSource } from "./dashboards/dashboard";

/** The port of the container, and of its Service. */
export const grafanaPort = 3000;

const [settings, provisioning, drawn] = ["/config/settings", "/config/provisioning", "/config/dashboards"];

/** Where Grafana finds its settings: the image sets both to other places. */
export const grafanaVariables = { GF_PATHS_CONFIG: `${settings}/grafana.ini`, GF_PATHS_PROVISIONING: provisioning };

type Settings = Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;

/** The settings that differ from Grafana's own. Source: https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/ */
function settingsFor(host: string): Settings {
  return {
    server: { http_port: grafanaPort, root_url: `https://${host}/` },
    // Nobody needs one, so that none has a password.
    security: { disable_initial_admin_creation: true, cookie_secure: true, disable_gravatar: true },
    auth: { disable_login_form: true, disable_signout_menu: true },
    "auth.basic": { enabled: false },
    "auth.proxy": {
      enabled: true,
      // The subject, which also a program's token has and nobody can change. The headers are made of the verified token, and whatever a
      // client sends in them is taken off first.
      header_name: "X-Auth-Request-User",
      header_property: "username",
      headers: "Name:X-Auth-Request-Preferred-Username Email:X-Auth-Request-Email",
      auto_sign_up: true,
      enable_login_token: false,
      // The pod's own proxy, by the address from which it hands requests on.
      // https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/listener_address.go
      whitelist: "127.0.0.6",
    },
    users: { allow_sign_up: false, auto_assign_org_role: "Viewer", viewers_can_edit: false },
    dashboards: { default_home_dashboard_path: `${drawn}/${dashboards[0]?.id ?? ""}.json` },
    // Alerts are Prometheus' own. Live updates would need connections of another kind.
    unified_alerting: { enabled: false },
    live: { max_connections: 0 },
    snapshots: { enabled: false, external_enabled: false },
    public_dashboards: { enabled: false },
    // Nothing of it leaves the cluster; it would try for minutes, and without the plugins that it fetches anew.
    analytics: { reporting_enabled: false, check_for_updates: false, check_for_plugin_updates: false, feedback_links_enabled: false },
    news: { news_feed_enabled: false },
    plugins: { preinstall_disabled: true, plugin_admin_enabled: false, public_key_retrieval_disabled: true },
    log: { mode: "console" },
    "log.console": { format: "json" },
  };
}

function ini(sections: Settings): string {
  return Object.entries(sections)
    .map(([section, values]) => [`[${section}]`, ...Object.entries(values).map(([key, value]) => `${key} = ${value}`), ""].join("\n"))
    .join("\n");
}

/** What Grafana reads at its start: its settings, where its metrics are, and the dashboards. */
export function grafanaFolders({ host, prometheusAddress }: { readonly host: string; readonly prometheusAddress: string }): Readonly<Record<string, ConfigurationFolder>> {
  const source = { ...dataSource, name: "Prometheus", access: "proxy", url: prometheusAddress, isDefault: true, editable: false, jsonData: { httpMethod: "POST", timeInterval: "15s" } };
  const provider = { name: "platform", type: "file", allowUiUpdates: false, disableDeletion: true, options: { path: drawn } };
  return {
    settings: { path: settings, files: { "grafana.ini": ini(settingsFor(host)) } },
    "data-sources": { path: `${provisioning}/datasources`, files: { "prometheus.yaml": stringify({ apiVersion: 1, prune: true, datasources: [source] }) } },
    providers: { path: `${provisioning}/dashboards`, files: { "platform.yaml": stringify({ apiVersion: 1, providers: [provider] }) } },
    dashboards: { path: drawn, files: Object.fromEntries(dashboards.map((dashboard) => [`${dashboard.id}.json`, dashboardJson(dashboard)])) },
  };
}
