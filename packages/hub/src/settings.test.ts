import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hubSettings } from './settings.ts';
import { errorOf, temporaryFolder } from './test-support.ts';

describe('hubSettings', () => {
  it('reads the environment variables of the Python library', () => {
    expect(hubSettings({}).cache).toBe(join(homedir(), '.cache/huggingface/hub'));
    expect(hubSettings({}).endpoint).toBe('https://huggingface.co');
    expect(hubSettings({ XDG_CACHE_HOME: '/x' }).cache).toBe('/x/huggingface/hub');
    expect(hubSettings({ HF_HOME: '~/hf', XDG_CACHE_HOME: '/x' }).cache).toBe(join(homedir(), 'hf/hub'));
    expect(hubSettings({ HF_HOME: '$DATA/hf', DATA: '/big' }).cache).toBe('/big/hf/hub');
    expect(hubSettings({ HF_HOME: '/hf', HUGGINGFACE_HUB_CACHE: '/old' }).cache).toBe('/old');
    expect(hubSettings({ HUGGINGFACE_HUB_CACHE: '/old', HF_HUB_CACHE: '/new' }).cache).toBe('/new');
    expect(hubSettings({ HF_ENDPOINT: 'http://mirror:8080/' }).endpoint).toBe('http://mirror:8080');
    expect(hubSettings({ HF_HUB_OFFLINE: 'on' }).offline).toBe(true);
    expect(hubSettings({ HF_HUB_OFFLINE: '0' }).offline).toBe(false);
    expect(hubSettings({ TRANSFORMERS_OFFLINE: '1' }).offline).toBe(true);
    expect(hubSettings({ HF_HUB_DOWNLOAD_TIMEOUT: '7' }).timeout).toBe(7);
  });

  it('prefers the token of the environment to the token file', () => {
    const home = temporaryFolder();
    expect(hubSettings({ HF_HOME: home }).token).toBeUndefined();
    writeFileSync(join(home, 'token'), 'hf_file\n');
    expect(hubSettings({ HF_HOME: home }).token).toBe('hf_file');
    expect(hubSettings({ HF_HOME: home, HF_TOKEN: ' hf_env ' }).token).toBe('hf_env');
    expect(hubSettings({ HF_HOME: home, HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' }).token).toBeUndefined();
    const elsewhere = join(temporaryFolder(), 'secret');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 't'), 'hf_other');
    expect(hubSettings({ HF_HOME: home, HF_TOKEN_PATH: join(elsewhere, 't') }).token).toBe('hf_other');
  });

  it.each([
    [{ HF_ENDPOINT: 'mirror' }, 'HF_ENDPOINT'],
    [{ HF_ENDPOINT: 'ftp://mirror' }, 'HF_ENDPOINT'],
    [{ HF_HUB_DOWNLOAD_TIMEOUT: 'soon' }, 'HF_HUB_DOWNLOAD_TIMEOUT'],
    [{ HF_TOKEN: 'two words' }, 'HF_TOKEN'],
  ])('rejects %j and names the variable', async (env, field) => {
    const error = await errorOf(() => hubSettings(env));
    expect(error).toMatchObject({ code: 'hub.bad-setting', details: { field } });
    expect(error.message).not.toContain('two words');
  });
});
