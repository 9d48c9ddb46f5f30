#include "adapters/tpm/tpm_key_cell.h"

#include <tss2/tss2_esys.h>
#include <tss2/tss2_tctildr.h>
#include <unistd.h>

#include <algorithm>

#include "base/numbers.h"
#include "ports/codes.h"

namespace sufragio::adapters {

namespace {

using ports::Cell;

constexpr int kRateTries = 50;  // 50 × 100 ms: the part asks to be left in peace
constexpr useconds_t kRateWait_us = 100'000;

tl::unexpected<Error> failed(const char* call, TSS2_RC rc) {
  return fail(ports::kCellFailed, {{"call", call}, {"rc", std::to_string(rc)}});
}

// One connection to the part.
class Tpm {
 public:
  static Result<std::unique_ptr<Tpm>> open(const std::string& tcti) {
    std::unique_ptr<Tpm> out{new Tpm};
    TSS2_RC rc = Tss2_TctiLdr_Initialize(tcti.c_str(), &out->tcti_);
    if (rc != TSS2_RC_SUCCESS) return failed("tcti", rc);
    rc = Esys_Initialize(&out->esys_, out->tcti_, nullptr);
    if (rc != TSS2_RC_SUCCESS) return failed("initialize", rc);
    // The firmware has started a real part; an emulator waits for it. Twice is harmless.
    (void)Esys_Startup(out->esys_, TPM2_SU_CLEAR);
    return out;
  }
  Tpm(const Tpm&) = delete;
  Tpm& operator=(const Tpm&) = delete;
  ~Tpm() {
    if (esys_ != nullptr) Esys_Finalize(&esys_);
    if (tcti_ != nullptr) Tss2_TctiLdr_Finalize(&tcti_);
  }
  [[nodiscard]] ESYS_CONTEXT* get() const { return esys_; }

 private:
  Tpm() = default;
  TSS2_TCTI_CONTEXT* tcti_ = nullptr;
  ESYS_CONTEXT* esys_ = nullptr;
};

TPML_PCR_SELECTION selection(const std::vector<std::uint32_t>& registers) {
  TPML_PCR_SELECTION out{};
  out.count = 1;
  out.pcrSelections[0].hash = TPM2_ALG_SHA256;
  out.pcrSelections[0].sizeofSelect = 3;
  for (const std::uint32_t reg : registers) {
    out.pcrSelections[0].pcrSelect[reg / 8] |= static_cast<BYTE>(1U << (reg % 8));
  }
  return out;
}

// A policy session (or the trial of one) in which PolicyPCR holds.
class Session {
 public:
  static Result<std::unique_ptr<Session>> start(ESYS_CONTEXT* esys, TPM2_SE kind,
                                                const std::vector<std::uint32_t>& registers) {
    std::unique_ptr<Session> out{new Session{esys}};
    const TPMT_SYM_DEF none = {TPM2_ALG_NULL, {}, {}};
    TSS2_RC rc =
        Esys_StartAuthSession(esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
                              ESYS_TR_NONE, nullptr, kind, &none, TPM2_ALG_SHA256, &out->handle_);
    if (rc != TSS2_RC_SUCCESS) return failed("session", rc);
    const TPM2B_DIGEST now{};  // empty: the registers as they read
    const TPML_PCR_SELECTION which = selection(registers);
    rc = Esys_PolicyPCR(esys, out->handle_, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &now, &which);
    if (rc != TSS2_RC_SUCCESS) return failed("policy", rc);
    return out;
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() {
    if (handle_ != ESYS_TR_NONE) (void)Esys_FlushContext(esys_, handle_);
  }
  [[nodiscard]] ESYS_TR handle() const { return handle_; }

 private:
  explicit Session(ESYS_CONTEXT* esys) : esys_{esys} {}
  ESYS_CONTEXT* esys_;
  ESYS_TR handle_ = ESYS_TR_NONE;
};

class TpmKeyCell : public ports::KeyCell {
 public:
  TpmKeyCell(std::unique_ptr<Tpm> tpm, ESYS_TR index, const TpmCellSetup& setup)
      : tpm_{std::move(tpm)}, index_{index}, setup_{setup} {}

  [[nodiscard]] Result<Cell> read() override {
    const auto session = TRY(Session::start(tpm_->get(), TPM2_SE_POLICY, setup_.registers));
    TPM2B_MAX_NV_BUFFER* data = nullptr;
    const TSS2_RC rc = Esys_NV_Read(tpm_->get(), index_, index_, session->handle(), ESYS_TR_NONE,
                                    ESYS_TR_NONE, Cell::kSize, 0, &data);
    if ((rc & 0xfff) == TPM2_RC_NV_UNINITIALIZED) return fail(ports::kCellEmpty);
    if (rc != TSS2_RC_SUCCESS) return failed("read", rc);
    const Bytes bytes(data->buffer, data->buffer + data->size);
    std::fill_n(data->buffer, data->size, BYTE{0});
    Esys_Free(data);
    if (std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; })) {
      return fail(ports::kCellEmpty);
    }
    return ports::decode_cell(bytes);
  }

  [[nodiscard]] Result<void> write(const Cell& cell) override {
    const auto bytes = ports::encode(cell);
    return write_bytes(bytes);
  }

  // One more write of the same index: there is no older copy that it leaves behind.
  [[nodiscard]] Result<void> destroy() override {
    return write_bytes(std::array<std::uint8_t, Cell::kSize>{});
  }

 private:
  [[nodiscard]] Result<void> write_bytes(const std::array<std::uint8_t, Cell::kSize>& bytes) {
    TPM2B_MAX_NV_BUFFER data{};
    data.size = Cell::kSize;
    std::copy(bytes.begin(), bytes.end(), data.buffer);
    for (int tries = 0; tries < kRateTries; ++tries) {
      const auto session = TRY(Session::start(tpm_->get(), TPM2_SE_POLICY, setup_.registers));
      const TSS2_RC rc = Esys_NV_Write(tpm_->get(), index_, index_, session->handle(), ESYS_TR_NONE,
                                       ESYS_TR_NONE, &data, 0);
      if (rc == TSS2_RC_SUCCESS) return {};
      if ((rc & 0xfff) != TPM2_RC_NV_RATE && (rc & 0xfff) != TPM2_RC_RETRY) {
        return failed("write", rc);
      }
      ::usleep(kRateWait_us);
    }
    return failed("write", TPM2_RC_NV_RATE);
  }

  std::unique_ptr<Tpm> tpm_;
  ESYS_TR index_;
  TpmCellSetup setup_;
};

}  // namespace

Result<std::unique_ptr<ports::KeyCell>> open_tpm_cell(const TpmCellSetup& setup) {
  auto tpm = TRY(Tpm::open(setup.tcti));
  ESYS_TR index = ESYS_TR_NONE;
  const TSS2_RC rc = Esys_TR_FromTPMPublic(tpm->get(), setup.index, ESYS_TR_NONE, ESYS_TR_NONE,
                                           ESYS_TR_NONE, &index);
  if (rc != TSS2_RC_SUCCESS) return failed("index", rc);
  return std::make_unique<TpmKeyCell>(std::move(tpm), index, setup);
}

Result<void> define_tpm_cell(const TpmCellSetup& setup) {
  const auto tpm = TRY(Tpm::open(setup.tcti));
  const auto trial = TRY(Session::start(tpm->get(), TPM2_SE_TRIAL, setup.registers));
  TPM2B_DIGEST* policy = nullptr;
  TSS2_RC rc = Esys_PolicyGetDigest(tpm->get(), trial->handle(), ESYS_TR_NONE, ESYS_TR_NONE,
                                    ESYS_TR_NONE, &policy);
  if (rc != TSS2_RC_SUCCESS) return failed("digest", rc);
  TPM2B_NV_PUBLIC space{};
  space.nvPublic.nvIndex = setup.index;
  space.nvPublic.nameAlg = TPM2_ALG_SHA256;
  space.nvPublic.attributes = TPMA_NV_POLICYREAD | TPMA_NV_POLICYWRITE | TPMA_NV_NO_DA |
                              (TPM2_NT_ORDINARY << TPMA_NV_TPM2_NT_SHIFT);
  space.nvPublic.authPolicy = *policy;
  space.nvPublic.dataSize = Cell::kSize;
  Esys_Free(policy);
  ESYS_TR index = ESYS_TR_NONE;
  const TPM2B_AUTH no_password{};
  rc = Esys_NV_DefineSpace(tpm->get(), ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE,
                           ESYS_TR_NONE, &no_password, &space, &index);
  if (rc != TSS2_RC_SUCCESS) return failed("define", rc);
  return {};
}

}  // namespace sufragio::adapters
