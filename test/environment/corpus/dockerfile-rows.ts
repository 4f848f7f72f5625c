/** A Dockerfile that uses what one of a public project uses, with other names and values. */
export interface DockerfileRow {
  readonly name: string;
  readonly text: string;
  /** What `base.args` gives. */
  readonly args?: Readonly<Record<string, string>>;
  /** Paths of the context that it takes; devenv builds again when one of them changes. */
  readonly takes: readonly string[];
}

export const dockerfileRows: readonly DockerfileRow[] = [
  {
    name: 'microsoft/vscode',
    text: `FROM registry.example.com/base/desktop:1
ARG TOOL_VERSION=1.2.3
ARG FONT_VERSION=7
ENV TOOL_HOME=/opt/tool \\
    LANG=C.UTF-8
RUN apt-get update && apt-get install -y --no-install-recommends libgtk-3-0 unzip && rm -rf /var/lib/apt/lists/*
RUN curl -fsSL -o /tmp/tool.zip "https://files.example.com/tool/\${TOOL_VERSION}/tool.zip" && unzip -q /tmp/tool.zip -d \${TOOL_HOME} && rm /tmp/tool.zip
COPY desktop/ /usr/local/share/desktop/
COPY start/init.sh /usr/local/share/
RUN chown -R dev:dev /usr/local/share/desktop
ENTRYPOINT ["/usr/local/share/init.sh"]
CMD ["sleep", "infinity"]
`,
    takes: ['desktop', 'start/init.sh'],
  },
  {
    name: 'rails/rails',
    text: `ARG VARIANT=3-bookworm
FROM registry.example.com/base/ruby:\${VARIANT}
ARG NODE_VERSION=lts/*
RUN su dev -c "umask 0002 && . /usr/local/share/nvm/nvm.sh && nvm install \${NODE_VERSION} 2>&1"
RUN apt-get update && apt-get install -y libvips42 gnupg && apt-get clean
RUN wget -q https://files.example.com/magick.tar.gz https://files.example.com/magick.tar.gz.asc \\
  && gpg --batch --verify magick.tar.gz.asc magick.tar.gz \\
  && tar xf magick.tar.gz && cd magick-7 && ./configure && make install
COPY Gemfile Gemfile.lock shop.gemspec VERSION /tmp/shop/
COPY mailer/mailer.gemspec /tmp/shop/mailer/
COPY package.json yarn.lock /tmp/shop/
RUN cd /tmp/shop && bundle install && yarn install --frozen-lockfile && rm -rf /tmp/shop
`,
    takes: ['Gemfile', 'Gemfile.lock', 'shop.gemspec', 'VERSION', 'mailer/mailer.gemspec', 'package.json', 'yarn.lock'],
  },
  {
    name: 'mastodon/mastodon',
    text: `FROM registry.example.com/base/ruby:3-bookworm
ARG NODE_VERSION="20"
RUN . /usr/local/share/nvm/nvm.sh && nvm install \${NODE_VERSION} 2>&1
RUN apt-get update && export DEBIAN_FRONTEND=noninteractive && apt-get -y install --no-install-recommends libicu-dev ffmpeg
RUN gem install foreman
RUN . /usr/local/share/nvm/nvm.sh && corepack enable
COPY welcome.txt /usr/local/etc/motd.txt
`,
    takes: ['welcome.txt'],
  },
  {
    name: 'anthropics/claude-code',
    text: `FROM node:20
ARG TZ
ENV TZ="$TZ"
RUN apt-get update && apt-get install -y less git sudo python3-pip && apt-get clean && rm -rf /var/lib/apt/lists/*
RUN curl -fsSL https://packages.example.com/key.asc | gpg --dearmor -o /usr/share/keyrings/shop.gpg \\
  && echo "deb [arch=$(dpkg --print-architecture) signed-by=/usr/share/keyrings/shop.gpg] https://packages.example.com stable main" > /etc/apt/sources.list.d/shop.list \\
  && apt-get update && apt-get install -y shop-cli
RUN pip3 install --break-system-packages shop-lint
RUN ARCH=$(dpkg --print-architecture) && wget "https://files.example.com/delta_1.2_\${ARCH}.deb" && dpkg -i "delta_1.2_\${ARCH}.deb" && rm "delta_1.2_\${ARCH}.deb"
RUN mkdir -p /usr/local/share/npm-global && chown -R node:node /usr/local/share
USER node
ENV NPM_CONFIG_PREFIX=/usr/local/share/npm-global
ENV PATH=$PATH:/usr/local/share/npm-global/bin
RUN npm install -g shop-agent
COPY firewall.sh /usr/local/bin/
USER root
RUN chmod +x /usr/local/bin/firewall.sh && echo "node ALL=(root) NOPASSWD: /usr/local/bin/firewall.sh" > /etc/sudoers.d/node && chmod 0440 /etc/sudoers.d/node
USER node
`,
    args: { TZ: 'UTC' },
    takes: ['firewall.sh'],
  },
  {
    name: 'openai/codex',
    text: `FROM ubuntu:24.04
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
ARG DEBIAN_FRONTEND=noninteractive
RUN apt-get update && apt-get install -y curl ca-certificates build-essential && rm -rf /var/lib/apt/lists/*
RUN curl -fsSL https://setup.example.com/node_22.x | bash - && apt-get install -y nodejs
RUN corepack enable && corepack prepare pnpm@10.8.1 --activate
COPY dev/start.sh dev/allow.sh /usr/local/bin/
RUN chmod 500 /usr/local/bin/*.sh
USER ubuntu
ENV PATH="/home/ubuntu/.cargo/bin:\${PATH}"
RUN curl -sSf https://rust.example.com | sh -s -- -y --profile minimal --default-toolchain 1.85.0 \\
  && rustup target add aarch64-unknown-linux-musl && rustup component add clippy
WORKDIR /workspace
`,
    takes: ['dev/start.sh', 'dev/allow.sh'],
  },
  {
    name: 'pytorch/pytorch',
    text: `FROM registry.example.com/base/cpp:1
ARG CUDA=none
RUN apt-get -y update && apt-get -y install git vim
RUN pip install --no-cache-dir lintrunner
RUN if [ "\${CUDA}" != "none" ]; then wget https://files.example.com/keyring_1.0.deb && dpkg -i keyring_1.0.deb && apt-get update && apt-get install -y cuda-\${CUDA}; fi
RUN wget https://files.example.com/llvm.sh && chmod +x llvm.sh && ./llvm.sh 15
ENV CC=clang-15 CXX=clang++-15
`,
    takes: [],
  },
  {
    name: 'dotnet/runtime',
    text: `# The variant
ARG VARIANT="8.0-bookworm"
FROM registry.example.com/base/dotnet:\${VARIANT}
RUN apt-get update && apt-get install -y cmake ninja-build zip
RUN wget -q https://files.example.com/wasm-1.zip && unzip -q wasm-1.zip -d /usr/local/wasm && rm wasm-1.zip
RUN echo '#!/bin/sh' > /usr/local/bin/shopbuild && echo 'exec dotnet /usr/local/wasm/build.dll "$@"' >> /usr/local/bin/shopbuild && chmod +x /usr/local/bin/shopbuild
`,
    takes: [],
  },
  {
    name: 'jesseduffield/lazygit',
    text: `ARG VARIANT=1.22-bookworm
FROM golang:\${VARIANT}
RUN go install mvdan.example.com/gofumpt@latest
RUN go install lint.example.com/cmd/lint@v1.58.0
`,
    args: { VARIANT: '1.23' },
    takes: [],
  },
  {
    name: 'home-assistant/core',
    text: `FROM registry.example.com/base/python:3.12
RUN pipx uninstall pylint && pipx uninstall black
RUN curl -sS https://packages.example.com/pubkey.gpg | apt-key add - && apt-get update && apt-get install -y --no-install-recommends bluez ffmpeg && apt-get clean
WORKDIR /usr/src
RUN git clone --depth 1 https://git.example.com/hass-release && pip3 install -e hass-release/
WORKDIR /workspaces
COPY requirements.txt ./
COPY shop/constraints.txt shop/constraints.txt
RUN pip3 install -r requirements.txt
COPY requirements_test.txt requirements_lint.txt ./
RUN pip3 install -r requirements_test.txt
ENV SHELL /bin/bash
`,
    takes: ['requirements.txt', 'shop/constraints.txt', 'requirements_test.txt', 'requirements_lint.txt'],
  },
  {
    name: 'elastic/kibana',
    text: `FROM registry.example.com/base/java:21
ENV HOME=/home/dev
ENV NVM_DIR=\${HOME}/nvm
ENV NVM_VERSION=v0.39.1 OPENSSL_PATH=\${HOME}/openssl OPENSSL_VERSION=3.0.8
RUN apt-get update && apt-get install -y locales curl git zsh && locale-gen en_US.UTF-8
RUN sh -c "$(curl -fsSL https://files.example.com/zsh/install.sh)" "" --unattended
RUN set -e ; mkdir -p \${OPENSSL_PATH} ; cd \${OPENSSL_PATH} ; wget --no-check-certificate https://files.example.com/openssl-\${OPENSSL_VERSION}.tar.gz ; \\
    echo "6c13d2bf38fdf31eac3ce2a347073673f5d63263398f1f69d0df4a41253e4b3e openssl-\${OPENSSL_VERSION}.tar.gz" | sha256sum -c - ; tar -xf openssl-*.tar.gz
COPY .node-version \${HOME}/.node-version
RUN . "$NVM_DIR/nvm.sh" && nvm install "$(cat \${HOME}/.node-version)"
EXPOSE 9200
EXPOSE 5601 9229/tcp
USER dev
`,
    takes: ['.node-version'],
  },
  {
    name: 'streamlit/streamlit',
    text: `FROM --platform=linux/amd64 python:3.12
ARG NODE_VERSION=22
COPY build/dev.sh build/setup.sh /usr/local/share/dev/
RUN bash /usr/local/share/dev/setup.sh \${NODE_VERSION}
USER vscode
RUN curl -sSL https://install.example.com | python3 -
ENV PATH="/home/vscode/.local/bin:$PATH"
`,
    takes: ['build/dev.sh', 'build/setup.sh'],
  },
  {
    name: 'PostHog/posthog',
    text: `FROM python:3.11-slim
SHELL ["/bin/bash", "-e", "-o", "pipefail", "-c"]
ENV PYTHONUNBUFFERED 1
WORKDIR /code
RUN apt-get update && apt-get install -y --no-install-recommends "build-essential=12.9" "git=1:2.39.*" && rm -rf /var/lib/apt/lists/*
RUN curl -fsSL https://setup.example.com/node_18.x | bash - && apt-get install -y --no-install-recommends "nodejs=18.*" && npm install -g yarn@1
COPY requirements.txt requirements-dev.txt ./
RUN pip install -r requirements-dev.txt -r requirements.txt --compile --no-cache-dir
COPY package.json yarn.lock ./
COPY plugins/package.json ./plugins/
RUN yarn config set network-timeout 300000 && yarn install
`,
    takes: ['requirements.txt', 'requirements-dev.txt', 'package.json', 'yarn.lock', 'plugins/package.json'],
  },
];
