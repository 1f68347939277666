import { describe, expect, test } from 'vitest';
import { readDockerfile } from '../../src/build/dockerfile.ts';

const lines = (...text: string[]): string => `${text.join('\n')}\n`;
const variable = (name: string): string => `$\{${name}}`;
const port = (first: number, last = first) => ({ first, last });

describe('ports', () => {
  test.each<[string, string, ReturnType<typeof port>[], string?]>([
    ['of one EXPOSE', lines('FROM a', 'EXPOSE 8080'), [port(8080)]],
    [
      'of several, with protocols',
      lines('FROM a', 'EXPOSE 80/tcp 443', 'expose 9/TCP'),
      [port(80), port(443), port(9)],
    ],
    ['of a range', lines('FROM a', 'EXPOSE 8000-8010'), [port(8000, 8010)]],
    ['but not those of UDP', lines('FROM a', 'EXPOSE 53/udp 80'), [port(80)]],
    ['of none', lines('FROM a', 'CMD x'), []],
    ['unknown as soon as one is a variable', lines('FROM a', 'EXPOSE 9090 $PORT'), []],
    ['unknown with a default too', lines('FROM a', `EXPOSE ${variable('PORT:-8080')}`, 'EXPOSE 9090'), []],
    ['not of an earlier stage', lines('FROM a AS one', 'EXPOSE 1', 'FROM b', 'EXPOSE 2'), [port(2)]],
    [
      'of the stages that the last one is built on',
      lines('FROM a AS Base', 'EXPOSE 1', 'FROM a AS other', 'EXPOSE 9', 'FROM base', 'EXPOSE 2'),
      [port(2), port(1)],
    ],
    ['of the target', lines('FROM a AS one', 'EXPOSE 1', 'FROM b AS two', 'EXPOSE 2'), [port(1)], 'One'],
    ['of the target by its number', lines('FROM a', 'EXPOSE 1', 'FROM b', 'EXPOSE 2'), [port(1)], '0'],
    ['not of a heredoc', lines('FROM a', 'RUN <<EOF', 'EXPOSE 9', 'EOF', 'EXPOSE 1'), [port(1)]],
    ['not of a comment', lines('FROM a', '# EXPOSE 9', 'EXPOSE 1'), [port(1)]],
    ['of a base that bears the name of its own stage', lines('FROM node AS node', 'EXPOSE 1'), [port(1)]],
    ['of an empty file', '', []],
  ])('%s', (_, text, expected, target) => {
    expect(readDockerfile(text, target).exposed).toEqual(expected);
  });
});

describe('sources of COPY and ADD', () => {
  test.each<[string, string, [string, number][]]>([
    ['one', lines('FROM a', 'COPY main.py /app/'), [['main.py', 2]]],
    [
      'several, and never the destination',
      lines('FROM a', 'COPY a b c /app/'),
      [
        ['a', 2],
        ['b', 2],
        ['c', 2],
      ],
    ],
    ['with flags', lines('FROM a', 'COPY --chown=1:1 --chmod=755 a /app/'), [['a', 2]]],
    [
      'over several lines, with comments',
      lines('FROM a', 'RUN x', 'COPY a \\', '  # why', '  b \\', '  /app/'),
      [
        ['a', 3],
        ['b', 3],
      ],
    ],
    ['in lower case', lines('from a', 'copy a /b'), [['a', 2]]],
    [
      'as JSON with spaces',
      lines('FROM a', 'COPY ["a file.txt", "b", "/app/"]'),
      [
        ['a file.txt', 2],
        ['b', 2],
      ],
    ],
    ['as JSON with flags', lines('FROM a', 'COPY --link ["a b", "/app/"]'), [['a b', 2]]],
    [
      'as JSON over several lines',
      lines('FROM a', 'COPY ["a", \\', '  "b", \\', '  "/app/"]'),
      [
        ['a', 2],
        ['b', 2],
      ],
    ],
    ['a pattern that begins with a bracket', lines('FROM a', 'COPY [a-z]*.txt /app/'), [['[a-z]*.txt', 2]]],
    ['not of another stage', lines('FROM a AS one', 'FROM b', 'COPY --from=one /x /y'), []],
    ['not of a URL', lines('FROM a', 'ADD https://example.com/x.tgz local.tgz /y/'), [['local.tgz', 2]]],
    ['not of a repository', lines('FROM a', 'ADD git@github.com:o/r.git /y'), []],
    ['not with a variable', lines('FROM a', `COPY $SRC ${variable('DIR')}/x real /y/`), [['real', 2]]],
    [
      'not of a heredoc',
      lines('FROM a', 'COPY <<EOF /etc/app.conf', 'COPY this that', 'EOF', 'COPY b /c'),
      [['b', 5]],
    ],
    [
      'beside a heredoc',
      lines('FROM a', 'COPY <<EOF real.txt /etc/', 'text of it', 'EOF'),
      [['real.txt', 2]],
    ],
    ['not within RUN', lines('FROM a', 'RUN <<EOF', 'COPY x y', 'EOF', 'COPY b /c'), [['b', 5]]],
    ['not of ONBUILD', lines('FROM a', 'ONBUILD COPY x /y'), []],
    [
      'of every stage',
      lines('FROM a', 'COPY a /x', 'FROM b', 'COPY b /y'),
      [
        ['a', 2],
        ['b', 4],
      ],
    ],
  ])('%s', (_, text, expected) => {
    expect(readDockerfile(text).copies.map(({ path, line }) => [path, line])).toEqual(expected);
  });

  test('of stages behind the target do not count', () => {
    const text = lines('FROM a AS app', 'COPY a /x', 'FROM app AS test', 'COPY tests /y');
    expect(readDockerfile(text, 'app').copies.map(({ path }) => path)).toEqual(['a']);
    expect(readDockerfile(text, 'nowhere').copies.map(({ path }) => path)).toEqual(['a', 'tests']);
  });

  test.each<[string, boolean[]]>([
    ['COPY package.json yarn.lock* ./', [false, true]],
    ['COPY *.txt ./', [false]],
    ['COPY a b ./', [false, false]],
  ])('a pattern beside others says "if there is one": %s', (line, optional) => {
    expect(readDockerfile(lines('FROM a', line)).copies.map((copy) => copy.optional)).toEqual(optional);
  });
});

describe('what a build can see of its context', () => {
  test.each<[string, string, string[] | undefined, string?]>([
    ['what it copies', lines('FROM a', 'COPY a.txt b/ ./c /app/', 'ADD d /'), ['a.txt', 'b', 'c', 'd']],
    ['nothing', lines('FROM a', 'RUN x'), []],
    ['everything with COPY .', lines('FROM a', 'COPY a /x', 'COPY . /app'), undefined],
    ['everything with COPY / and ./', lines('FROM a', 'COPY ./ /app'), undefined],
    ['everything when a path is a variable', lines('FROM a', 'ARG F', 'COPY $F /app/'), undefined],
    ['everything with ONBUILD', lines('FROM a', 'COPY a /a', 'ONBUILD COPY b /b'), undefined],
    ['no other stage, URL or heredoc', lines('FROM a', 'COPY --from=b /x /y', 'ADD https://x/y /z'), []],
    [
      'the sources of bind mounts, which are the default kind',
      lines(
        'FROM a',
        'RUN --mount=type=bind,source=package.json,target=/p npm ci',
        'RUN --mount=src=lib,target=/l make',
      ),
      ['package.json', 'lib'],
    ],
    ['everything with a bind mount of no source', lines('FROM a', 'RUN --mount=target=/src make'), undefined],
    [
      'no cache, no secret, no mount from another stage',
      lines(
        'FROM a',
        'RUN --mount=type=cache,target=/c --mount=type=secret,id=s --mount=type=bind,from=b,target=/x make',
      ),
      [],
    ],
    [
      'not what stages after the target copy',
      lines('FROM a AS one', 'COPY x /', 'FROM b', 'COPY . /'),
      ['x'],
      'one',
    ],
  ])('%s', (_, text, expected, target) => {
    expect(readDockerfile(text, target).reads).toEqual(expected);
  });
});
