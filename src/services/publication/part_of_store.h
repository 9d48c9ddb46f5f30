#pragma once

#include <string>

#include "ports/store.h"

namespace sufragio::services {

// A folder of a store as a store of its own, for reading. The store must outlive it.
class PartOfStore : public ports::Store {
 public:
  PartOfStore(const ports::Store& whole, std::string folder)
      : whole_{whole}, folder_{std::move(folder)} {}
  [[nodiscard]] Result<std::optional<Bytes>> read(std::string_view path) const override;
  [[nodiscard]] Result<void> write(std::string_view path, ByteView data, bool durable) override;
  [[nodiscard]] Result<void> append(std::string_view path, ByteView data) override;
  [[nodiscard]] Result<void> sync() override;
  [[nodiscard]] Result<void> remove(std::string_view path) override;
  [[nodiscard]] Result<std::vector<std::string>> list(std::string_view folder) const override;

 private:
  const ports::Store& whole_;
  std::string folder_;
};

}  // namespace sufragio::services
