#!/usr/bin/env bash
# Sourced by every stage: what is built, and which Go Kubernetes wants for it.

ARCH=${ARCH:-$(uname -m)}
case "$ARCH" in
x86_64) ARCH=amd64 ;;
aarch64) ARCH=arm64 ;;
esac
SUFFIX="-${ARCH}"

VERSION_K8S="v1.32.3"
VERSION="${VERSION_K8S}+k3s1"
COMMIT="76c5c770"

DEPENDENCIES_FILE="upstream/kubernetes-${VERSION_K8S}/build/dependencies.yaml"
VERSION_GOLANG="go"$(cat "${DEPENDENCIES_FILE}" | yq e '.dependencies[] | select(.name == "golang: upstream version").version' -)
