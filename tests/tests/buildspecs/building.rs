//! The build of an application: its first steps, and its warnings about the origin of images.

use std::fs;
use std::process::Command;

use crate::support::{empty, executable, yaml};

const FILE: &str = "buildspecs/application-build.yml";

fn commands(phase: &str) -> Vec<String> {
    let buildspec = yaml(FILE);
    let commands = buildspec["phases"][phase]["commands"].as_vec().unwrap();
    let text = |command: &yaml_rust2::Yaml| command.as_str().unwrap().to_owned();
    commands.iter().map(text).collect()
}

/// Tests may start containers, from the cache of public images.
#[test]
fn the_build_is_signed_in_before_it_tests() {
    let before = commands("pre_build");
    let position = |what: &str| before.iter().position(|command| command.contains(what));
    assert!(position("docker login").unwrap() < position("$TEST_COMMAND").unwrap());
    assert!(!commands("build").concat().contains("docker login"));
}

/// What the build says of a Dockerfile, before it builds.
fn warnings(name: &str, dockerfile: &str) -> Vec<String> {
    let folder = empty(name);
    fs::write(folder.join("Dockerfile"), dockerfile).unwrap();
    executable(&folder.join("bin/aws"), "#!/bin/sh\nexit 1\n");
    executable(&folder.join("bin/docker"), "#!/bin/sh\nexit 0\n");
    let path = std::env::var("PATH").unwrap();
    let output = Command::new("bash")
        .args(["-c", &commands("build").concat()])
        .current_dir(&folder)
        .env("PATH", format!("{}:{path}", folder.join("bin").display()))
        .envs([
            ("REGISTRY", "registry"),
            ("REPOSITORY", "lemonade/staging/web"),
            ("COMMIT", "0123"),
            ("DOCKERFILE", "Dockerfile"),
            ("BASE_REGISTRY", "registry/public"),
            ("IMAGE_TEST", ":"),
        ])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    let warnings = said.lines().filter(|line| line.starts_with("warning: "));
    warnings.map(str::to_owned).collect()
}

#[test]
fn what_a_dockerfile_takes_from_docker_hub_is_told_with_its_line() {
    let dockerfile = "# syntax=docker/dockerfile:1\n\
        FROM debian:13-slim AS base\n\
        from --platform=linux/amd64 bitnami/node:22 as Other\n\
        FROM docker.io/library/python:3.13\n\
        FROM registry-1.docker.io/library/python:3.13\r\n\
        COPY --chmod=755 --from=busybox /bin/sh /bin/sh\n";
    let images = [
        "docker/dockerfile:1",
        "debian:13-slim",
        "bitnami/node:22",
        "docker.io/library/python:3.13",
        "registry-1.docker.io/library/python:3.13",
        "busybox",
    ];
    let expected: Vec<String> = images
        .iter()
        .enumerate()
        .map(|(index, image)| {
            let line = index + 1;
            format!("warning: Dockerfile:{line}: {image} comes from Docker Hub, past the cache")
        })
        .collect();
    assert_eq!(warnings("docker-hub", dockerfile), expected);
}

#[test]
fn nothing_is_said_of_the_cache_of_other_registries_and_of_own_stages() {
    let dockerfile = "# A word on syntax, and FROM debian in a comment.\n\
        ARG BASE_REGISTRY=public.ecr.aws\n\
        FROM ${BASE_REGISTRY}/docker/library/debian:13-slim AS Build\n\
        FROM $BASE_REGISTRY/docker/library/debian:13-slim\n\
        FROM public.ecr.aws/docker/library/debian:13-slim\n\
        FROM mcr.microsoft.com/dotnet/runtime:9.0\n\
        FROM localhost/own AS third\n\
        FROM registry:5000/own\n\
        FROM scratch\n\
        FROM build\n\
        COPY --from=BUILD /a /a\n\
        COPY --from=0 /a /a\n\
        COPY --chown=1000:1000 from to\n\
        RUN echo FROM debian\n";
    assert_eq!(warnings("own-registries", dockerfile), [""; 0]);
}
