// A store that keeps nothing: it accepts S3's PUT, POST, HEAD, GET and DELETE, discards bodies inside the kernel if it
// can, and replies like S3 as far as clients check. It verifies nothing. One thread per connection.
//
// usage: sink [--tls cert.pem key.pem] [--delay MILLIS] [--md5]
//
// It listens on a free port of 127.0.0.1 and prints it. --delay waits before each reply; --md5 uses the MD5 of an
// object's bytes as its ETag, for clients that check it.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
#define NAMESPACE "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""
#define ETAG "0123456789abcdef0123456789abcdef"

static SSL_CTX *tls;
static useconds_t delay;
static int with_md5;
static atomic_ulong requests;

// ---- objects: only their sizes and ETags, for HEAD

typedef struct Object {
  struct Object *next;
  unsigned long size;
  char etag[33];
  char key[];
} Object;

static Object *objects[65536];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static Object **bucket_of(const char *key) {
  unsigned hash = 5381;
  for (; *key; key++) hash = hash * 33 + (unsigned char)*key;
  return &objects[hash & 65535];
}

static Object *find(const char *key) {
  Object *object = *bucket_of(key);
  while (object && strcmp(object->key, key)) object = object->next;
  return object;
}

static void store(const char *key, unsigned long size, const char *etag) {
  pthread_mutex_lock(&lock);
  Object *object = find(key);
  if (!object) {
    Object **bucket = bucket_of(key);
    object = malloc(sizeof *object + strlen(key) + 1);
    strcpy(object->key, key);
    object->next = *bucket;
    *bucket = object;
  }
  object->size = size;
  snprintf(object->etag, sizeof object->etag, "%s", etag);
  pthread_mutex_unlock(&lock);
}

// ---- connections

typedef struct {
  int fd;
  SSL *ssl;
  unsigned char buffer[1 << 18];
  size_t from, to;
} Connection;

static ssize_t receive(Connection *c, void *into, size_t length) {
  return c->ssl ? SSL_read(c->ssl, into, (int)length) : recv(c->fd, into, length, 0);
}

static int send_all(Connection *c, const char *from, size_t length) {
  while (length > 0) {
    ssize_t sent = c->ssl ? SSL_write(c->ssl, from, (int)length) : send(c->fd, from, length, MSG_NOSIGNAL);
    if (sent <= 0) return -1;
    from += sent;
    length -= (size_t)sent;
  }
  return 0;
}

static int fill(Connection *c) {
  c->from = c->to = 0;
  ssize_t got = receive(c, c->buffer, sizeof c->buffer);
  if (got <= 0) return -1;
  c->to = (size_t)got;
  return 0;
}

// Reads a line without its line ending. Returns its length, or -1 if the connection is closed. Truncates long lines.
static int read_line(Connection *c, char *line, size_t size) {
  size_t length = 0;
  for (;;) {
    if (c->from == c->to && fill(c)) return -1;
    char byte = (char)c->buffer[c->from++];
    if (byte == '\n') break;
    if (length + 1 < size) line[length++] = byte;
  }
  if (length > 0 && line[length - 1] == '\r') length--;
  line[length] = 0;
  return (int)length;
}

// Discards bytes of a body; without TLS and MD5 they never leave the kernel.
static int swallow(Connection *c, unsigned long length, EVP_MD_CTX *md5) {
  while (length > 0) {
    size_t have = c->to - c->from;
    if (have == 0 && !c->ssl && !md5) {
      ssize_t got = recv(c->fd, NULL, length < (1 << 20) ? length : (1 << 20), MSG_TRUNC);
      if (got <= 0) return -1;
      length -= (unsigned long)got;
      continue;
    }
    if (have == 0 && fill(c)) return -1;
    have = c->to - c->from;
    if (have > length) have = length;
    if (md5) EVP_DigestUpdate(md5, c->buffer + c->from, have);
    c->from += have;
    length -= have;
  }
  return 0;
}

// ---- requests

typedef struct {
  char method[16], path[4096];
  char *query;
  unsigned long length, decoded;
  int chunked, framed, expects;
} Request;

static const char *value_of(const char *line, const char *name) {
  size_t length = strlen(name);
  if (strncasecmp(line, name, length) || line[length] != ':') return NULL;
  for (line += length + 1; *line == ' '; line++) {}
  return line;
}

static int read_head(Connection *c, Request *r) {
  char line[8192];
  const char *value;
  *r = (Request){0};
  if (read_line(c, line, sizeof line) < 0) return -1;
  if (sscanf(line, "%15s %4095s", r->method, r->path) != 2) return -1;
  int length;
  while ((length = read_line(c, line, sizeof line)) > 0) {
    if ((value = value_of(line, "content-length"))) r->length = strtoul(value, NULL, 10);
    else if ((value = value_of(line, "x-amz-decoded-content-length"))) r->decoded = strtoul(value, NULL, 10);
    else if ((value = value_of(line, "transfer-encoding"))) r->chunked = strcasestr(value, "chunked") != NULL;
    else if ((value = value_of(line, "content-encoding"))) r->framed = strcasestr(value, "aws-chunked") != NULL;
    else if (value_of(line, "expect")) r->expects = 1;
  }
  r->query = strchr(r->path, '?');
  if (r->query) *r->query++ = 0;
  else r->query = "";
  return length;
}

static int read_chunks(Connection *c, EVP_MD_CTX *md5, unsigned long *length) {
  char line[8192];
  for (;;) {
    if (read_line(c, line, sizeof line) < 0) return -1;
    unsigned long size = strtoul(line, NULL, 16);
    if (size == 0) break;
    if (swallow(c, size, md5) || read_line(c, line, sizeof line) < 0) return -1;
    *length += size;
  }
  int trailer;
  while ((trailer = read_line(c, line, sizeof line)) > 0) {}
  return trailer;
}

// Reads the body and, with --md5, sets `etag` to its MD5.
static int read_body(Connection *c, Request *r, char etag[33]) {
  static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
  if (r->expects && send_all(c, go_on, sizeof go_on - 1)) return -1;
  EVP_MD_CTX *md5 = with_md5 && !r->framed && !strcmp(r->method, "PUT") ? EVP_MD_CTX_new() : NULL;
  if (md5) EVP_DigestInit_ex(md5, EVP_md5(), NULL);
  int failed = r->chunked ? read_chunks(c, md5, &r->length) : swallow(c, r->length, md5);
  if (md5) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    EVP_DigestFinal_ex(md5, digest, NULL);
    for (int i = 0; i < 16; i++) sprintf(etag + 2 * i, "%02x", digest[i]);
    EVP_MD_CTX_free(md5);
  }
  return failed;
}

static int answer(Connection *c, const char *status, const char *headers, const char *body) {
  char out[2048];
  int length = snprintf(out, sizeof out, "HTTP/1.1 %s\r\nServer: sink\r\n%sContent-Length: %zu\r\n%s\r\n%s", status,
    headers, strlen(body), *body ? "Content-Type: application/xml\r\n" : "", body);
  return send_all(c, out, (size_t)length);
}

static int answer_put(Connection *c, Request *r, const char *etag) {
  char headers[64];
  if (!strstr(r->query, "partNumber=")) store(r->path, r->decoded ? r->decoded : r->length, etag);
  snprintf(headers, sizeof headers, "ETag: \"%s\"\r\n", etag);
  return answer(c, "200 OK", headers, "");
}

static int answer_post(Connection *c, Request *r) {
  char body[512];
  if (strstr(r->query, "uploadId=")) {
    return answer(c, "200 OK", "", XML "<CompleteMultipartUploadResult " NAMESPACE
      "><Location>l</Location><Bucket>b</Bucket><Key>k</Key><ETag>\"" ETAG "-2\"</ETag></CompleteMultipartUploadResult>");
  }
  snprintf(body, sizeof body, XML "<InitiateMultipartUploadResult " NAMESPACE
    "><Bucket>b</Bucket><Key>k</Key><UploadId>UP%lu</UploadId></InitiateMultipartUploadResult>", requests);
  return answer(c, "200 OK", "", body);
}

static int answer_head(Connection *c, Request *r) {
  char out[512];
  const char *key = strchr(r->path + 1, '/');
  Object *object = find(r->path);
  if (key && key[1] && !object) return answer(c, "404 Not Found", "", "");
  int length = snprintf(out, sizeof out, "HTTP/1.1 200 OK\r\nServer: sink\r\nContent-Length: %lu\r\nETag: \"%s\"\r\n"
    "Last-Modified: Wed, 01 Jan 2025 00:00:00 GMT\r\n\r\n", object ? object->size : 0, object ? object->etag : ETAG);
  return send_all(c, out, (size_t)length);
}

static int answer_get(Connection *c, Request *r) {
  if (strstr(r->query, "location")) return answer(c, "200 OK", "", XML "<LocationConstraint " NAMESPACE "/>");
  return answer(c, "200 OK", "", XML "<ListBucketResult " NAMESPACE
    "><Name>b</Name><Prefix></Prefix><KeyCount>0</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>"
    "</ListBucketResult>");
}

static int serve(Connection *c) {
  Request r;
  char etag[33] = ETAG;
  if (read_head(c, &r) || read_body(c, &r, etag)) return -1;
  requests++;
  if (delay) usleep(delay);
  if (!strcmp(r.method, "PUT")) return answer_put(c, &r, etag);
  if (!strcmp(r.method, "POST")) return answer_post(c, &r);
  if (!strcmp(r.method, "HEAD")) return answer_head(c, &r);
  if (!strcmp(r.method, "GET")) return answer_get(c, &r);
  return answer(c, "204 No Content", "", "");
}

static void *run(void *given) {
  Connection *c = given;
  int on = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (tls) {
    c->ssl = SSL_new(tls);
    SSL_set_fd(c->ssl, c->fd);
  }
  if (!c->ssl || SSL_accept(c->ssl) > 0) {
    while (serve(c) == 0) {}
  }
  if (c->ssl) SSL_free(c->ssl);
  close(c->fd);
  free(c);
  return NULL;
}

static int listen_anywhere(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(fd, (void *)&address, length) || listen(fd, 512) || getsockname(fd, (void *)&address, &length)) {
    perror("sink");
    exit(1);
  }
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

static void read_options(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    if (!strcmp(argv[i], "--md5")) with_md5 = 1;
    else if (!strcmp(argv[i], "--delay") && i + 1 < argc) delay = (useconds_t)atoi(argv[++i]) * 1000;
    else if (!strcmp(argv[i], "--tls") && i + 2 < argc) {
      tls = SSL_CTX_new(TLS_server_method());
      if (SSL_CTX_use_certificate_chain_file(tls, argv[i + 1]) != 1 ||
        SSL_CTX_use_PrivateKey_file(tls, argv[i + 2], SSL_FILETYPE_PEM) != 1) {
        fprintf(stderr, "sink: no certificate in %s, or no key for it in %s\n", argv[i + 1], argv[i + 2]);
        exit(1);
      }
      i += 2;
    } else {
      fprintf(stderr, "usage: sink [--tls cert.pem key.pem] [--delay MILLIS] [--md5]\n");
      exit(2);
    }
  }
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  read_options(argc, argv);
  int listening = listen_anywhere();
  for (;;) {
    int fd = accept(listening, NULL, NULL);
    if (fd < 0) continue;
    Connection *c = calloc(1, sizeof *c);
    c->fd = fd;
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, c)) return 1;
    pthread_detach(thread);
  }
}
