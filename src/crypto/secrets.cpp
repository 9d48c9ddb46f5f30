#include "crypto/secrets.h"

#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include "base/check.h"
#include "crypto/codes.h"
#include "crypto/hmac.h"

namespace sufragio::crypto {

namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kAuthTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }  // wipes it
};

// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03, 2.3): a key for this message from the first 16
// bytes of the nonce, then ChaCha20-Poly1305 (RFC 8439) with four zero bytes and the last eight.
// The second part is OpenSSL's: three times as fast as libsodium's, and the box of a mesa is
// opened and sealed whole at each cast.
class Message {
 public:
  enum class Direction : int { open = 0, seal = 1 };

  Message(Direction direction, const AeadKey& key, ByteView nonce, ByteView associated)
      : context_{EVP_CIPHER_CTX_new()} {
    static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr);
    CHECK(nonce.size() == kNonce && context_ != nullptr && cipher != nullptr);
    std::array<std::uint8_t, 32> own{};
    CHECK(crypto_core_hchacha20(own.data(), nonce.data(), key.data.data(), nullptr) == 0);
    std::array<std::uint8_t, 12> rest{};
    std::ranges::copy(nonce.subspan(16), rest.begin() + 4);
    CHECK(EVP_CipherInit_ex2(context_.get(), cipher, own.data(), rest.data(),
                             static_cast<int>(direction), nullptr) == 1);
    wipe(own);
    update(associated, nullptr);
  }
  void update(ByteView in, std::uint8_t* out) {  // out null: associated data
    constexpr std::size_t kAtOnce = std::size_t{1} << 30;
    for (std::size_t done = 0; done < in.size();) {
      const std::size_t n = std::min(kAtOnce, in.size() - done);
      int written = 0;
      CHECK(EVP_CipherUpdate(context_.get(), out == nullptr ? nullptr : out + done, &written,
                             in.data() + done, static_cast<int>(n)) == 1);
      done += n;
    }
  }
  void finish_seal(std::span<std::uint8_t> tag) {
    int written = 0;
    std::array<std::uint8_t, 16> none{};
    CHECK(EVP_CipherFinal_ex(context_.get(), none.data(), &written) == 1);
    CHECK(EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kAuthTag),
                              tag.data()) == 1);
  }
  [[nodiscard]] bool finish_open(ByteView tag) {
    std::array<std::uint8_t, kAuthTag> expected{};
    std::ranges::copy(tag, expected.begin());
    int written = 0;
    std::array<std::uint8_t, 16> none{};
    CHECK(EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kAuthTag),
                              expected.data()) == 1);
    return EVP_CipherFinal_ex(context_.get(), none.data(), &written) == 1;
  }

 private:
  std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context_;
};

void seal_into(const AeadKey& key, ByteView nonce, ByteView plain, ByteView associated,
               std::span<std::uint8_t> out) {
  CHECK(out.size() == plain.size() + kAuthTag);
  Message message{Message::Direction::seal, key, nonce, associated};
  message.update(plain, out.data());
  message.finish_seal(out.last(kAuthTag));
}

// What does not belong to its tag leaves zeros.
bool open_into(const AeadKey& key, ByteView nonce, ByteView sealed, ByteView associated,
               std::span<std::uint8_t> out) {
  CHECK(sealed.size() >= kAuthTag && out.size() == sealed.size() - kAuthTag);
  Message message{Message::Direction::open, key, nonce, associated};
  message.update(sealed.first(out.size()), out.data());
  if (message.finish_open(sealed.last(kAuthTag))) return true;
  wipe(out);
  return false;
}

}  // namespace

SystemRng::SystemRng() { CHECK(sodium_init() >= 0); }

void SystemRng::fill(std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); }

Bytes hkdf_sha256(ByteView key_material, ByteView salt, std::string_view info, std::size_t length) {
  CHECK(length >= 1 && length <= 255 * 32);
  std::array<std::uint8_t, 32> extracted{};
  const std::array<ByteView, 1> material{key_material};
  detail::hmac_sha256(salt, material, extracted);  // an empty salt and 32 zeros are the same key
  Bytes out;
  out.reserve(length + 32);
  std::array<std::uint8_t, 32> block{};
  for (std::uint8_t counter = 1; out.size() < length; ++counter) {
    const ByteView previous = counter == 1 ? ByteView{} : ByteView{block};
    const std::array<ByteView, 3> parts{previous, as_bytes(info), ByteView{&counter, 1}};
    detail::hmac_sha256(extracted, parts, block);
    out.insert(out.end(), block.begin(), block.end());
  }
  wipe(std::span{out}.subspan(length));
  out.resize(length);
  wipe(block);
  wipe(extracted);
  return out;
}

Bytes aead_seal(const AeadKey& key, ByteView plain, ByteView associated, Rng& rng) {
  Bytes out(kNonce + plain.size() + kAuthTag);
  const std::span<std::uint8_t> nonce = std::span{out}.first(kNonce);
  rng.fill(nonce);
  seal_into(key, nonce, plain, associated, std::span{out}.subspan(kNonce));
  return out;
}

Result<Bytes> aead_open(const AeadKey& key, ByteView sealed, ByteView associated) {
  if (sealed.size() < kNonce + kAuthTag) return fail(kDecryptFailed);
  const ByteView body = sealed.subspan(kNonce);
  Bytes out(body.size() - kAuthTag);
  if (!open_into(key, sealed.first(kNonce), body, associated, out)) return fail(kDecryptFailed);
  return out;
}

void wipe(std::span<std::uint8_t> secret) { sodium_memzero(secret.data(), secret.size()); }

void aead_seal_at(const AeadKey& key, const AeadNonce& nonce, ByteView plain, ByteView associated,
                  std::span<std::uint8_t> out) {
  seal_into(key, nonce.data, plain, associated, out);
}

bool aead_open_at(const AeadKey& key, const AeadNonce& nonce, ByteView sealed, ByteView associated,
                  std::span<std::uint8_t> out) {
  return open_into(key, nonce.data, sealed, associated, out);
}

AeadKey derive_subkey(const AeadKey& key, std::uint64_t id, std::string_view context) {
  CHECK(context.size() == crypto_kdf_CONTEXTBYTES);
  AeadKey out;
  CHECK(crypto_kdf_derive_from_key(out.data.data(), out.data.size(), id, context.data(),
                                   key.data.data()) == 0);
  return out;
}

Hash32 hmac_sha256(ByteView key, ByteView message) {
  Hash32 out;
  const std::array<ByteView, 1> parts{message};
  detail::hmac_sha256(key, parts, out.data);
  return out;
}

BoxKeyPair box_key_pair(Rng& rng) {
  std::array<std::uint8_t, crypto_box_SEEDBYTES> seed{};
  rng.fill(seed);
  BoxKeyPair out;
  CHECK(crypto_box_seed_keypair(out.public_key.data.data(), out.secret_key.data.data(),
                                seed.data()) == 0);
  wipe(seed);
  return out;
}

Bytes box_seal(const BoxPublicKey& to, ByteView plain) {
  CHECK(sodium_init() >= 0);  // the ephemeral key comes from the system
  Bytes out(plain.size() + crypto_box_SEALBYTES);
  CHECK(crypto_box_seal(out.data(), plain.data(), plain.size(), to.data.data()) == 0);
  return out;
}

Result<Bytes> box_open(const BoxKeyPair& keys, ByteView sealed) {
  if (sealed.size() < crypto_box_SEALBYTES) return fail(kDecryptFailed);
  Bytes out(sealed.size() - crypto_box_SEALBYTES);
  if (crypto_box_seal_open(out.data(), sealed.data(), sealed.size(), keys.public_key.data.data(),
                           keys.secret_key.data.data()) != 0) {
    return fail(kDecryptFailed);
  }
  return out;
}

Result<SecretBuffer> SecretBuffer::of(std::size_t size, Kind kind) {
  constexpr std::size_t kPage = 4'096;
  SecretBuffer out;
  out.size_ = (size + kPage - 1) / kPage * kPage;
  out.kind_ = kind;
  out.data_ = static_cast<std::uint8_t*>(std::aligned_alloc(kPage, out.size_));
  if (out.data_ == nullptr) return fail(kNotLocked, {{"bytes", std::to_string(size)}});
  std::fill_n(out.data_, out.size_, std::uint8_t{0});
  // sodium_mlock also takes the pages out of core dumps (MADV_DONTDUMP).
  if (kind == Kind::locked && sodium_mlock(out.data_, out.size_) != 0) {
    return fail(kNotLocked, {{"bytes", std::to_string(out.size_)}});
  }
  return out;
}

SecretBuffer::~SecretBuffer() {
  if (data_ == nullptr) return;
  if (kind_ == Kind::locked) sodium_munlock(data_, size_);  // wipes too
  wipe(bytes());
  std::free(data_);
}

SecretBuffer::SecretBuffer(SecretBuffer&& other) noexcept
    : data_{std::exchange(other.data_, nullptr)},
      size_{std::exchange(other.size_, 0)},
      kind_{other.kind_} {}

SecretBuffer& SecretBuffer::operator=(SecretBuffer&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(kind_, other.kind_);
  return *this;
}

}  // namespace sufragio::crypto
