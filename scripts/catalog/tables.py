"""What the catalogue builder knows beyond its input: identities, purposes, tiers.

Every table is data of this project's own judgement; the reasons are in
crates/tiergate-catalog/data/README.md.
"""

import re

# --- Who makes a model, and which provider name is that maker's own -----------------------------

# First match wins; used where the source gives no vendor or gives the host as the vendor.
FAMILY_VENDOR = [
    (re.compile(pattern), vendor)
    for pattern, vendor in [
        (r"^(gpt|o\d|text-embedding-(3|ada)|chatgpt|codex)", "openai"),
        (r"^claude", "anthropic"),
        (r"^(gemini|gemma|text-embedding-(0|large-exp|preview)|text-multilingual|medlm|multimodalemb|deep-research-(pro|max|preview))", "google"),
        (r"^qwen", "alibaba"),
        (r"^deepseek", "deepseek"),
        (r"^kimi", "moonshotai"),
        (r"^glm", "zai"),
        (r"^(mistral|ministral|codestral|devstral|magistral|mixtral|pixtral|voxtral)", "mistral"),
        (r"^grok", "xai"),
        (r"^minimax", "minimax"),
        (r"^nemotron", "nvidia"),
        (r"^phi-", "microsoft"),
        (r"^(llama|muse)", "meta"),
        (r"^(cohere-embed|command|embed-)", "cohere"),
    ]
]

OWN_PROVIDER = {
    "alibaba": "alibaba",
    "amazon": "bedrock",
    "anthropic": "anthropic",
    "cohere": "cohere",
    "deepseek": "deepseek",
    "google": "google",
    "meta": "meta",
    "minimax": "minimax",
    "mistral": "mistral",
    "moonshotai": "moonshot",
    "nvidia": "nvidia",
    "openai": "openai",
    "perplexity": "perplexity",
    "voyage": "voyage",
    "xai": "xai",
    "zai": "zai",
}

# Vendors under which a source files models of other makers that it merely hosts.
HOSTING_VENDORS = {"alibaba", "meta-models", "vertex_ai"}

# Normalised canonical -> the normalised canonical of the same model.
SAME = {
    "alibaba/qwen3-235b-a22b-2507": "alibaba/qwen3-235b-a22b-instruct-2507",
    "alibaba/qwen3-5-397b": "alibaba/qwen3-5-397b-a17b",
    "alibaba/qwen-3-8-27b": "alibaba/qwen3-8-27b",
    "ember-1": "fireworks/ember-1",
    "amazon/nova-2-lite-v1": "amazon/nova-2-lite",
    "amazon/nova-lite-v1": "amazon/nova-lite",
    "amazon/nova-micro-v1": "amazon/nova-micro",
    "amazon/nova-pro-v1": "amazon/nova-pro",
    "deepseek/v3": "deepseek/deepseek-v3",
    "deepseek/v3-2": "deepseek/deepseek-v3-2",
    "google/gemini-3-1-flash-image-preview": "google/gemini-3-1-flash-image",
    "google/gemini-3-pro-image-preview": "google/gemini-3-pro-image",
    "google/gemma4-31b": "google/gemma-4-31b-it",
    "meta/llama-3-1-70b": "meta/llama-3-1-70b-instruct",
    "meta/llama-3-1-8b": "meta/llama-3-1-8b-instruct",
    "meta/llama-4-maverick-17b-128e-instruct-maas": "meta/llama-4-maverick",
    "meta/llama-4-maverick-17b-instruct": "meta/llama-4-maverick",
    "meta/llama-4-scout-17b-16e-instruct": "meta/llama-4-scout",
    "meta/llama-4-scout-17b-instruct": "meta/llama-4-scout",
    "meta/llama3-1-70b-instruct": "meta/llama-3-1-70b-instruct",
    "meta/llama3-1-8b-instruct": "meta/llama-3-1-8b-instruct",
    "mistral/mistral-large-3": "mistral/mistral-large-2512",
    "mistral/mistral-large-3-675b": "mistral/mistral-large-2512",
    "nvidia/nemotron-3-5-lightning-30b-a3b": "nvidia/nemotron-3-5-lightning",
    "nvidia/nemotron-nano-3-30b": "nvidia/nemotron-3-nano-30b-a3b",
    "nvidia/nemotron-nano-9b": "nvidia/nemotron-nano-9b-v2",
    "nvidia/nemotron-super-3-120b": "nvidia/nemotron-3-super-120b-a12b",
    "openai/gpt-oss-120b-1-0": "openai/gpt-oss-120b",
    "openai/gpt-oss-20b-1-0": "openai/gpt-oss-20b",
}

# (provider, model) rows to leave out, each for a reason.
LEFT_OUT = {
    # a legacy id that would take the name under which the source documents mean -latest
    ("mistral", "mistral-small"),
    ("mistral", "mistral-large"),
    # a chat model that the source files under embeddings
    ("vertex", "gemini-flash-experimental"),
}

# --- Purpose -----------------------------------------------------------------------------------

# Words (between separators) in an id that mean another purpose than general text chat.
OTHER_PURPOSE = re.compile(
    r"(^|[^a-z0-9])("
    # sound, pictures, film and the physical world
    r"asr|audio|bevformer|clip|cosmos|detector|esm2|esmfold|image|live|lyria|marengo|ocr|omni|paligemma|pegasus|"
    r"perceptron|realtime|riva|robotics|sam|seedance|sora|sparsedrive|speech|streampetr|studiovoice|transcribe|tts|"
    r"usdcode|usdvalidate|video|voicechat|voxtral|whisper|wonder|"
    # classifiers, vectors, ranking, translation, extraction, completion of code or text
    r"ada|apply|bart|bge|bison|codestral|embed(ding)?s?|embedcode|fim|guard|guardian|moderation|morph|mt|mt2|"
    r"natural-language|nemoretriever|relace|rerank|safeguard|safety|schematron|translate|translation|turbo-instruct|"
    # agents, browsers, research and choices by somebody else
    r"bodybuilder|compound(-mini)?|computer-use|deep-research|fugu|fusion|model-router|multi-agent|pareto|search|"
    r"sonar|tars|ui|vibe-cli|"
    # role play, single domains and single languages
    r"aion|arabic|character|cydonia|dolphin|euryale|fin|her|ja|law|learnlm|lunaris|magnum|medlm|mythomax|remm|rp|"
    r"saba|sante|skyfall|unslopnemo|weaver|"
    # offered to selected customers only
    r"cyber|daybreak|mythos|rosalind"
    r")([^a-z0-9]|$)"
)

# Ids that name whatever is newest, a choice by somebody else, or a trial.
MOVING = re.compile(
    r"(^~|/~|(^|[-/])latest$|-latest($|[:@])|-latest-|[-.]exp([-.]|$)|-exp-|experimental|-beta(-|$)|/routers/|"
    r"^openrouter/|-nightly|-gv2$|-contributor$|:free$|-customtools$|-(vision|turbo)-preview$|stealth/)"
)

# A snapshot of a day at the end of an id.
DATED = re.compile(r"[-@](20\d{6}|20\d\d-\d\d-\d\d|\d{4}-preview)(-v\d+(:\d+)?)?$")

# Ids bound to a region or an administration.
REGIONAL = re.compile(r"^(apac|au|ca|eu|in|jp|us-gov)[./]|^us/")

# --- Scores ------------------------------------------------------------------------------------

# Artificial Analysis v4.1 index -> the newer scale, through the middle of the models that have both.
AA_TO_QUALITY = [
    (0.0, 0.0), (4.4, 4.1), (7.0, 6.7), (10.0, 8.0), (15.0, 9.8), (20.0, 13.0), (25.0, 16.3), (30.0, 19.4),
    (35.0, 23.2), (38.0, 24.9), (40.0, 27.0), (44.0, 30.4), (50.0, 34.0), (53.5, 39.6), (56.0, 42.2), (60.0, 49.6),
]

# Models that take the score of another (normalised canonicals): of the predecessor or the base model
# where none is published, of the present snapshot where an id moves and the published score is old.
SCORED_AS = {
    "anthropic/claude-fable-5-2": "anthropic/claude-fable-5-1",
    "anthropic/claude-sonnet-5-5": "anthropic/claude-sonnet-5",
    "deepseek/deepseek-v4-1-flash-1017": "deepseek/deepseek-flash",
    "deepseek/deepseek-v4-flash-0731": "deepseek/deepseek-v4-flash",
    "deepseek/deepseek-v4-pro-0813": "deepseek/deepseek-v4-pro",
    "google/gemini-4-argon": "google/gemini-3-8-flash",
    "minimax/minimax-m2-1-lightning": "minimax/minimax-m2-1",
    "minimax/minimax-m2-5-lightning": "minimax/minimax-m2-5",
    "minimax/minimax-m3-1-flash": "minimax/minimax-m3",
    "mistral/mistral-large-latest": "mistral/mistral-large-2512",
    "mistral/mistral-medium-3-5": "mistral/mistral-medium-2604",
    "mistral/mistral-small-latest": "mistral/mistral-small-2603",
    "moonshotai/kimi-k2-7-code-highspeed": "moonshotai/kimi-k2-7-code",
    "moonshotai/kimi-k3-1-pro": "moonshotai/kimi-k3",
    "moonshotai/kimi-k3-1-pro-highspeed": "moonshotai/kimi-k3",
    "openai/gpt-5-1-codex-max": "openai/gpt-5-1-codex",
    "openai/gpt-5-2-pro": "openai/gpt-5-2",
    "openai/gpt-5-4-pro": "openai/gpt-5-4",
    "openai/gpt-5-5-pro": "openai/gpt-5-5",
    "openai/gpt-5-6": "openai/gpt-5-6-sol",
    "openai/gpt-5-pro": "openai/gpt-5",
    "openai/gpt-6-1-sol": "openai/gpt-6-sol",
    "openai/gpt-6-1-terra": "openai/gpt-5-6-terra",
    "openai/gpt-6-astra-pro": "openai/gpt-6-astra",
    "openai/gpt-6-luna-pro": "openai/gpt-6-luna",
    "openai/gpt-6-sol-pro": "openai/gpt-6-sol",
    "xai/grok-4-20": "xai/grok-4-20-0309-non-reasoning",
    "xai/grok-4-20-0309": "xai/grok-4-20-0309-non-reasoning",
    "xai/grok-4-20-0309-reasoning": "xai/grok-4-20-0309-non-reasoning",
    "xai/grok-4-20-non-reasoning": "xai/grok-4-20-0309-non-reasoning",
    "xai/grok-4-20-reasoning": "xai/grok-4-20-0309-non-reasoning",
    "xiaomi/mimo-v2-6-pro-ultraspeed": "xiaomi/mimo-v2-6-pro",
    "zai/glm-5-3-flashx": "zai/glm-5-3-flash",
    "zai/glm-5-3-prime": "zai/glm-5-3",
}

# --- Tiers -------------------------------------------------------------------------------------

TIERS = ["nano", "small", "standard", "premium", "flagship"]

# Quality (newer scale) from which a tier starts.
QUALITY_FLOORS = [("flagship", 42.0), ("premium", 26.0), ("standard", 16.0), ("small", 8.0), ("nano", 0.0)]

# A premium or flagship score below this blended price (USD per million) counts one tier less.
CHEAP_BELOW = "0.5"

# Without a score: the blended price up to which a tier reaches; never above standard.
PRICE_CEILINGS = [("nano", "0.15"), ("small", "0.75")]
UNSCORED_TOP = "standard"

# A band of the three-tier vocabulary allows these tiers.
BANDS = {
    "economy": ["nano", "small"],
    "standard": ["standard"],
    "premium": ["premium", "flagship"],
}

# --- Successors and names ----------------------------------------------------------------------

# Ours, where the inputs suggest none and the model is to end.
SUCCESSORS = {
    "gpt-4.1": "gpt-6.1-terra",
    "gpt-4.1-mini": "gpt-6-luna",
    "gpt-5": "gpt-6.1-sol",
}

# Names of families and of purposes -> the id or alias meant.
ALIASES = {
    "claude-haiku": "claude-haiku-4-5",
    "claude-opus": "claude-opus-4-6",
    "claude-sonnet": "claude-sonnet-4-6",
}
