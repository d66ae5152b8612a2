# litellm.py: LiteLLM's proxy in front of a server that speaks OpenAI's protocol
# SPDX-License-Identifier: GPL-3.0-or-later
import json

from peer import Long, Peer


class LiteLLM(Peer):
    """It serves OpenAI's, Azure's, Anthropic's, Gemini's and the Responses shapes; model is behind it under the same name."""
    PROGRAM = 'LITELLM_PEER'
    WHY_NOT = Long.why_not() or 'LiteLLM could not be had'
    HEALTH = '/health/liveliness'
    KEY = 'sk-litellm-test'

    def __init__(self, folder, upstream, model='tiny'):
        super().__init__(folder)
        self.config = f'{folder}/litellm.yaml'
        with open(self.config, 'w') as f:  # JSON is YAML
            json.dump({
                'model_list': [{'model_name': model, 'litellm_params': {
                    'model': f'openai/{model}', 'api_base': f'{upstream}/v1', 'api_key': 'none'}}],
                'general_settings': {'master_key': self.KEY},
                'litellm_settings': {'drop_params': True, 'telemetry': False},
            }, f)

    def argv(self):
        return [self.program(), '--config', self.config, '--host', '127.0.0.1', '--port', str(self.port), '--telemetry', 'False']

    def env(self):
        return {'HOME': self.folder, 'LITELLM_LOCAL_MODEL_COST_MAP': 'True', 'DO_NOT_TRACK': '1'}
