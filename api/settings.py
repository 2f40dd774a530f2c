"""How Django REST framework and the schema generator are set up."""

from typing import Any

from logistics import __version__

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.KeyAuthentication", "api.authentication.PersonSession"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_PARSER_CLASSES": ["api.parsing.StrictJSONParser", "api.parsing.MergePatchParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.parsing.AlwaysJSON",
    "DEFAULT_SCHEMA_CLASS": "api.door_schema.DoorSchema",
    "EXCEPTION_HANDLER": "api.problems.answer_to_exception",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Nuanliu 暖流",
    "DESCRIPTION": (
        "Donations and relief goods, from the giver to the family, with proof.\n\n"
        "Keys are sent as `Authorization: Bearer <key>`. Money is an integer in minor units. A repeat with the same "
        "`Idempotency-Key` gives the first answer again. Errors are RFC 9457 problems; their codes are listed at "
        "`/api/v1/problems`."
    ),
    "VERSION": __version__,
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVERS": [
        {"url": "/", "description": "Local: the installation that serves this document.", "x-internal": True},
        {
            "url": "https://nuanliu.example.org",
            "description": "Production: your own installation.",
            "x-internal": False,
        },
    ],
    "CONTACT": {"name": "Nuanliu", "url": "https://nuanliu.example.org/api/docs/"},
    "LICENSE": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    # Enums stand where they are used: as components each would need a name beside every other `kind` and `state`.
    "POSTPROCESSING_HOOKS": ["api.schema.completed"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SECURITY": [{"key": []}],
    "APPEND_COMPONENTS": {
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "A partner's or device's key."}}
    },
    "AUTHENTICATION_WHITELIST": [],
}
