/*
 * A request head read by llhttp, as positions in the caller's buffer: what HttpParserKind.Llhttp calls. Build it with llhttp's own
 * sources into libperch-llhttp.so; docs/hosts.md has the command. Against the header of the same version, because the layout of llhttp's
 * structs differs between versions.
 */
#include <stddef.h>
#include <stdint.h>
#include "llhttp.h"

/* As LlhttpHead in C#. */
typedef struct {
    uint32_t target_start;
    uint32_t target_end;
    uint32_t major;
    uint32_t minor;
    uint32_t field_count;
    uint32_t consumed;
} perch_head;

/* The parser comes first: the callbacks get its address, which is that of the whole. */
typedef struct {
    llhttp_t parser;
    const char* bytes;
    perch_head* head;
    uint64_t* fields;
    uint32_t max_fields;
    uint32_t position_bits;
    uint32_t name_start;
    uint32_t name_end;
    uint32_t value_end;
} perch_parse;

static uint32_t position(const perch_parse* parse, const char* at) {
    return (uint32_t)(at - parse->bytes);
}

static int on_url(llhttp_t* parser, const char* at, size_t length) {
    perch_parse* parse = (perch_parse*)parser;
    parse->head->target_start = position(parse, at);
    parse->head->target_end = parse->head->target_start + (uint32_t)length;
    return 0;
}

static int on_header_field(llhttp_t* parser, const char* at, size_t length) {
    perch_parse* parse = (perch_parse*)parser;
    if (parse->head->field_count == parse->max_fields) return HPE_USER;
    parse->name_start = position(parse, at);
    parse->name_end = parse->name_start + (uint32_t)length;
    parse->value_end = parse->name_end + 1;
    return 0;
}

/* The position of an empty value is not that of the line. */
static int on_header_value(llhttp_t* parser, const char* at, size_t length) {
    perch_parse* parse = (perch_parse*)parser;
    if (length > 0) parse->value_end = position(parse, at) + (uint32_t)length;
    return 0;
}

static int on_header_value_complete(llhttp_t* parser) {
    perch_parse* parse = (perch_parse*)parser;
    parse->fields[parse->head->field_count++] = parse->name_start
        | ((uint64_t)parse->name_end << parse->position_bits)
        | ((uint64_t)parse->value_end << (2 * parse->position_bits));
    return 0;
}

/* The body is not llhttp's to read. */
static int on_headers_complete(llhttp_t* parser) {
    (void)parser;
    return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
    .on_url = on_url,
    .on_header_field = on_header_field,
    .on_header_value = on_header_value,
    .on_header_value_complete = on_header_value_complete,
    .on_headers_complete = on_headers_complete,
};

/* Returns llhttp's errno: HPE_PAUSED when the head is whole, HPE_OK when it is not, HPE_USER when it has too many fields. */
int perch_llhttp_parse(const char* bytes, size_t length, perch_head* head, uint64_t* fields, uint32_t max_fields, uint32_t position_bits) {
    perch_parse parse = { .bytes = bytes, .head = head, .fields = fields, .max_fields = max_fields, .position_bits = position_bits };
    *head = (perch_head){ 0 };
    llhttp_init(&parse.parser, HTTP_REQUEST, &settings);
    llhttp_errno_t result = llhttp_execute(&parse.parser, bytes, length);
    if (result == HPE_PAUSED) {
        head->major = parse.parser.http_major;
        head->minor = parse.parser.http_minor;
        head->consumed = position(&parse, llhttp_get_error_pos(&parse.parser));
    }

    return result;
}
