import type { Route } from './route.js'

/** A page with links, for people. */
export const landingRoute =
  (telemetryPath: string, version: string): Route =>
  () => ({ status: 200, contentType: 'text/html; charset=utf-8', body: page(telemetryPath, version) })

const page = (telemetryPath: string, version: string): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Alauda Exporter</title>
</head>
<body>
<h1>Alauda Exporter</h1>
<p>Prometheus exporter for services on Alauda Cloud (灵雀云). Version ${escapeHtml(version)}.</p>
<ul>
<li><a href="${escapeHtml(telemetryPath)}">Metrics</a></li>
<li><a href="/-/healthy">Healthy?</a></li>
<li><a href="/-/ready">Ready?</a></li>
</ul>
</body>
</html>
`

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
