{{- define "alauda-exporter.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* A release that is called like the chart does not say it twice. */}}
{{- define "alauda-exporter.fullname" -}}
{{- $name := include "alauda-exporter.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "alauda-exporter.selectorLabels" -}}
app.kubernetes.io/name: {{ include "alauda-exporter.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "alauda-exporter.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "alauda-exporter.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "alauda-exporter.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "alauda-exporter.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "alauda-exporter.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{/* Of the pod that asks for `helm test`. */}}
{{- define "alauda-exporter.testLabels" -}}
app.kubernetes.io/name: {{ include "alauda-exporter.name" . | trunc 58 }}-test
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{/* http or https: what the exporter serves is what its probe asks for. */}}
{{- define "alauda-exporter.scheme" -}}
{{- default "HTTP" ((.Values.livenessProbe).httpGet).scheme | lower }}
{{- end }}

{{/* The name of the secret whose keys are files of the exporter; empty when there is none. */}}
{{- define "alauda-exporter.secretName" -}}
{{- if and .Values.existingSecret .Values.secrets }}
{{- fail "give either existingSecret or secrets" }}
{{- else if .Values.existingSecret }}
{{- .Values.existingSecret }}
{{- else if .Values.secrets }}
{{- include "alauda-exporter.fullname" . }}
{{- else if not (or .Values.extraVolumes (has "--demo" .Values.extraArgs)) }}
{{- fail "the exporter needs a password or a token: name a secret that has it as existingSecret, or give it as secrets.password" }}
{{- end }}
{{- end }}

{{/* The settings file. The one account's password is the secret's key `password`, unless the settings say otherwise. */}}
{{- define "alauda-exporter.settings" -}}
{{- $settings := deepCopy .Values.settings }}
{{- $account := default dict $settings.alauda }}
{{- if not (or $settings.accounts $account.token_file (has "--demo" .Values.extraArgs)) }}
{{- $_ := required "settings.alauda.username is needed: the account's user name" $account.username }}
{{- $account = merge $account (dict "password_file" "/run/secrets/alauda-exporter/password") }}
{{- else if not $account.username }}
{{- $account = omit $account "username" }}
{{- end }}
{{- $_ := set $settings "alauda" $account }}
{{- toYaml $settings }}
{{- end }}
