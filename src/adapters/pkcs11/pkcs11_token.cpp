#include "adapters/pkcs11/pkcs11_token.h"

#include <dlfcn.h>
#include <p11-kit/pkcs11.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "adapters/pkcs11/codes.h"
#include "crypto/p256.h"
#include "crypto/secrets.h"

namespace sufragio::adapters {

namespace {

constexpr std::string_view kKeyLabel = "sufragio-guardian";
// The object identifier of P-256 (1.2.840.10045.3.1.7) in DER.
constexpr std::array<std::uint8_t, 10> kCurve{0x06, 0x08, 0x2a, 0x86, 0x48,
                                              0xce, 0x3d, 0x03, 0x01, 0x07};
constexpr std::size_t kWhole = 65;  // 04 ‖ x ‖ y

tl::unexpected<Error> failed(std::string_view call, CK_RV answer) {
  return fail(
      Error{kTokenFailed}.with("call", call).with("answer", static_cast<std::int64_t>(answer)));
}

template <typename T>
CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, T& value) {
  return {type, &value, sizeof value};
}

CK_ATTRIBUTE label_attribute() {  // the interface takes what it only reads as mutable
  return {CKA_LABEL, const_cast<char*>(kKeyLabel.data()), kKeyLabel.size()};
}

// Labels of tokens are 32 characters, filled with blanks.
std::string_view label_of(const CK_TOKEN_INFO& info) {
  std::string_view text{reinterpret_cast<const char*>(info.label), sizeof info.label};
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

class Token : public ports::KeyToken {
 public:
  ~Token() override {
    if (calls_ != nullptr) calls_->C_Finalize(nullptr);  // logs out and closes
    if (library_ != nullptr) dlclose(library_);
  }

  Result<void> open(const std::string& module, std::string_view label, std::string_view pin) {
    TRY(load(module));
    const CK_SLOT_ID slot = TRY(find(label));
    CK_RV rv = calls_->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr,
                                     &session_);
    if (rv != CKR_OK) return failed("C_OpenSession", rv);
    Bytes secret = to_bytes(as_bytes(pin));
    rv = calls_->C_Login(session_, CKU_USER, secret.data(), secret.size());
    crypto::wipe(secret);
    if (rv == CKR_PIN_INCORRECT || rv == CKR_PIN_LOCKED || rv == CKR_PIN_LEN_RANGE) {
      return fail(kWrongPin, {{"label", std::string{label}}});
    }
    if (rv != CKR_OK) return failed("C_Login", rv);
    const CK_OBJECT_HANDLE known = TRY(object(CKO_PRIVATE_KEY));
    if (known == CK_INVALID_HANDLE) TRY(make_key());
    private_ = TRY(object(CKO_PRIVATE_KEY));
    return read_public();
  }

  Bytes public_key() const override { return public_; }

  Result<Bytes> agree(ByteView element) override {
    crypto::P256Work work;
    const crypto::P256Element point = TRY(work.decode(element));
    auto whole = work.encode_whole(point);
    CK_ECDH1_DERIVE_PARAMS parameters{};
    parameters.kdf = CKD_NULL;
    parameters.pPublicData = whole.data();
    parameters.ulPublicDataLen = whole.size();
    CK_MECHANISM mechanism{CKM_ECDH1_DERIVE, &parameters, sizeof parameters};
    CK_OBJECT_CLASS kind = CKO_SECRET_KEY;
    CK_KEY_TYPE type = CKK_GENERIC_SECRET;
    CK_ULONG size = 32;
    CK_BBOOL yes = CK_TRUE;
    CK_BBOOL no = CK_FALSE;
    std::array<CK_ATTRIBUTE, 6> wanted{
        attribute(CKA_CLASS, kind), attribute(CKA_KEY_TYPE, type),   attribute(CKA_VALUE_LEN, size),
        attribute(CKA_TOKEN, no),   attribute(CKA_EXTRACTABLE, yes), attribute(CKA_SENSITIVE, no)};
    CK_OBJECT_HANDLE derived = CK_INVALID_HANDLE;
    CK_RV rv =
        calls_->C_DeriveKey(session_, &mechanism, private_, wanted.data(), wanted.size(), &derived);
    if (rv != CKR_OK) return failed("C_DeriveKey", rv);
    Bytes out(32);
    CK_ATTRIBUTE value{CKA_VALUE, out.data(), out.size()};
    rv = calls_->C_GetAttributeValue(session_, derived, &value, 1);
    calls_->C_DestroyObject(session_, derived);
    if (rv != CKR_OK || value.ulValueLen != out.size()) return failed("C_GetAttributeValue", rv);
    return out;
  }

 private:
  Result<void> load(const std::string& module) {
    library_ = dlopen(module.c_str(), RTLD_NOW | RTLD_LOCAL);
    void* entry = library_ == nullptr ? nullptr : dlsym(library_, "C_GetFunctionList");
    CK_FUNCTION_LIST_PTR list = nullptr;
    if (entry == nullptr || reinterpret_cast<CK_C_GetFunctionList>(entry)(&list) != CKR_OK ||
        list == nullptr) {
      return fail(kNoModule, {{"module", module}});
    }
    const CK_RV rv = list->C_Initialize(nullptr);
    if (rv != CKR_OK) return failed("C_Initialize", rv);
    calls_ = list;
    return {};
  }

  // Without a label, the only card there is.
  Result<CK_SLOT_ID> find(std::string_view label) {
    CK_ULONG count = 0;
    calls_->C_GetSlotList(CK_TRUE, nullptr, &count);
    std::vector<CK_SLOT_ID> slots(count);
    const CK_RV rv = calls_->C_GetSlotList(CK_TRUE, slots.data(), &count);
    if (rv != CKR_OK) return failed("C_GetSlotList", rv);
    std::vector<std::pair<std::string, CK_SLOT_ID>> cards;
    for (const CK_SLOT_ID slot : slots) {
      CK_TOKEN_INFO info{};
      if (calls_->C_GetTokenInfo(slot, &info) != CKR_OK) continue;
      if ((info.flags & CKF_TOKEN_INITIALIZED) == 0) continue;
      cards.emplace_back(label_of(info), slot);
      if (cards.back().first == label) return slot;
    }
    if (label.empty() && cards.size() == 1) return cards.front().second;
    std::ranges::sort(cards);
    std::string labels;
    for (const auto& card : cards) labels += (labels.empty() ? "" : ", ") + card.first;
    return fail(kNoToken, {{"label", std::string{label}}, {"labels", labels}});
  }

  // The first object of the kind with our label; CK_INVALID_HANDLE when there is none.
  Result<CK_OBJECT_HANDLE> object(CK_OBJECT_CLASS kind) {
    std::array<CK_ATTRIBUTE, 2> wanted{attribute(CKA_CLASS, kind), label_attribute()};
    CK_RV rv = calls_->C_FindObjectsInit(session_, wanted.data(), wanted.size());
    if (rv != CKR_OK) return failed("C_FindObjectsInit", rv);
    CK_OBJECT_HANDLE out = CK_INVALID_HANDLE;
    CK_ULONG found = 0;
    rv = calls_->C_FindObjects(session_, &out, 1, &found);
    calls_->C_FindObjectsFinal(session_);
    if (rv != CKR_OK) return failed("C_FindObjects", rv);
    return found == 0 ? CK_INVALID_HANDLE : out;
  }

  Result<void> make_key() {
    CK_MECHANISM mechanism{CKM_EC_KEY_PAIR_GEN, nullptr, 0};
    CK_BBOOL yes = CK_TRUE;
    CK_BBOOL no = CK_FALSE;
    std::array<CK_ATTRIBUTE, 3> open{
        attribute(CKA_TOKEN, yes), label_attribute(),
        CK_ATTRIBUTE{CKA_EC_PARAMS, const_cast<std::uint8_t*>(kCurve.data()), kCurve.size()}};
    std::array<CK_ATTRIBUTE, 6> secret{
        attribute(CKA_TOKEN, yes),      attribute(CKA_PRIVATE, yes), attribute(CKA_SENSITIVE, yes),
        attribute(CKA_EXTRACTABLE, no), attribute(CKA_DERIVE, yes),  label_attribute()};
    CK_OBJECT_HANDLE open_key = CK_INVALID_HANDLE;
    CK_OBJECT_HANDLE secret_key = CK_INVALID_HANDLE;
    const CK_RV rv =
        calls_->C_GenerateKeyPair(session_, &mechanism, open.data(), open.size(), secret.data(),
                                  secret.size(), &open_key, &secret_key);
    if (rv != CKR_OK) return failed("C_GenerateKeyPair", rv);
    return {};
  }

  // CKA_EC_POINT is an octet string in DER around 04 ‖ x ‖ y; some modules leave the wrapping out.
  Result<void> read_public() {
    const CK_OBJECT_HANDLE key = TRY(object(CKO_PUBLIC_KEY));
    std::array<std::uint8_t, kWhole + 2> buffer{};
    CK_ATTRIBUTE value{CKA_EC_POINT, buffer.data(), buffer.size()};
    const CK_RV rv = calls_->C_GetAttributeValue(session_, key, &value, 1);
    ByteView point{buffer.data(), rv == CKR_OK ? std::min<std::size_t>(value.ulValueLen, 67) : 0};
    if (point.size() == kWhole + 2 && point[0] == 4 && point[1] == kWhole) point = point.subspan(2);
    if (point.size() != kWhole || point[0] != 4) return failed("C_GetAttributeValue", rv);
    public_ = {static_cast<std::uint8_t>(2 + (point.back() & 1))};
    public_.insert(public_.end(), point.begin() + 1, point.begin() + 33);
    crypto::P256Work work;
    TRY(work.decode(public_));
    return {};
  }

  void* library_ = nullptr;
  CK_FUNCTION_LIST_PTR calls_ = nullptr;
  CK_SESSION_HANDLE session_ = 0;
  CK_OBJECT_HANDLE private_ = CK_INVALID_HANDLE;
  Bytes public_;
};

}  // namespace

Result<std::unique_ptr<ports::KeyToken>> open_pkcs11_token(const std::string& module,
                                                           std::string_view label,
                                                           std::string_view pin) {
  auto token = std::make_unique<Token>();
  TRY(token->open(module, label, pin));
  return std::unique_ptr<ports::KeyToken>{std::move(token)};
}

}  // namespace sufragio::adapters
