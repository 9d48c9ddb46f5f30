#pragma once

#include "base/error.h"

namespace sufragio::crypto {

inline constexpr Code kBadKey{
    'K', 101};  // not a public key of this algorithm (off curve, identity, wrong length)
inline constexpr Code kBadSignature{
    'K', 102};  // does not verify, or is not in canonical form (high s, wrong length)
inline constexpr Code kUnknownKey{'K', 103};  // no key with this id among the trusted ones
inline constexpr Code kBadCose{'K', 104};     // not the COSE profile of docs/spec/cose.md
inline constexpr Code kTooFewSigners{
    'K', 105};  // fewer valid signatures of different keys than the rule asks
inline constexpr Code kSignerTwice{'K',
                                   106};  // one key signed twice, or the signers are not in order
inline constexpr Code kBadRecord{
    'K', 107};  // a certificate, assignment or revocation that is not in its format
inline constexpr Code kOtherElection{'K', 108};  // a record of another election
inline constexpr Code kBadProof{'K', 109};  // an inclusion or consistency proof that does not hold
inline constexpr Code kDecryptFailed{
    'K', 110};  // wrong key, altered ciphertext or altered associated data
inline constexpr Code kWrongAlgorithm{'K',
                                      111};  // a key of another algorithm than this record asks
inline constexpr Code kNotLocked{'K', 112};  // memory for secrets cannot be locked (RLIMIT_MEMLOCK)
inline constexpr Code kBadScalar{'K', 121};  // not 32 bytes, or not below the order of the group
inline constexpr Code kBadPoints{'K', 122};  // a share stands at 0, or two at one place
inline constexpr Code kBadElement{
    'K', 123};  // not an element of the group, or the identity where none may be
inline constexpr Code kPassphraseCost{'K', 124};  // cost out of range, or not so much memory

}  // namespace sufragio::crypto
