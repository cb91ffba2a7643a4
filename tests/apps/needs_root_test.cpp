// SPDX-License-Identifier: BSD-3-Clause
// What only root can arrange. Others skip these tests; .ci/run runs them once more as root.
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <set>

#include "ansatz/model/model.hpp"
#include "tests/apps/program.hpp"

namespace ansatz::test {
namespace {

/// A file system of so many bytes at `place`, until the end of the scope.
class SmallDisk {
 public:
  SmallDisk(std::filesystem::path place, const std::string& size) : place_(std::move(place)) {
    std::filesystem::create_directory(place_);
    mounted_ = ::mount("none", place_.c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
    if (!mounted_) error_ = std::strerror(errno);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) ::umount2(place_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  const std::string& error() const { return error_; }

 private:
  std::filesystem::path place_;
  bool mounted_ = false;
  std::string error_;
};

class NeedsRoot : public Program {};

TEST_F(NeedsRoot, AFullDiskLeavesTheOldModelAndNothingElse) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to mount a small file system";
  const SmallDisk disk(folder_ / "disk", "64k");
  if (!disk.mounted()) GTEST_SKIP() << "root may not mount a file system here: " << disk.error();
  ASSERT_EQ(run("train numbers.csv --epochs 1 --hidden 4 --quiet -o disk/m.ansatz").code, 0);
  const std::string before = text_of(folder_ / "disk" / "m.ansatz");
  const auto names = [&] {
    std::set<std::string> result;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "disk")) result.insert(entry.path());
    return result;
  };
  const std::set<std::string> there = names();
  EXPECT_THAT(error_of_run("train numbers.csv --epochs 1 --hidden 100,300 --quiet -o disk/m.ansatz"),
              testing::HasSubstr("No space left on device"));
  EXPECT_EQ(text_of(folder_ / "disk" / "m.ansatz"), before);
  EXPECT_EQ(names(), there);
}

}  // namespace
}  // namespace ansatz::test
