// SPDX-License-Identifier: BSD-3-Clause
// Threads of other programs may have little stack: 256 kB here, where 8 MB are usual.
#include <gtest/gtest.h>
#include <pthread.h>

#include <functional>

#include "tests/model/models.hpp"

namespace ansatz::test {
namespace {

void run_on_small_stack(const std::function<void()>& work) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, std::size_t{256} << 10U), 0);
  pthread_t thread{};
  const auto call = [](void* context) -> void* {
    (*static_cast<const std::function<void()>*>(context))();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, call, const_cast<std::function<void()>*>(&work)), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

TEST(Predicting, WithWideLayersNeedsLittleStackAndGivesTheSameBits) {
  if (ANSATZ_SANITIZED) GTEST_SKIP() << "a sanitizer's frames are larger";
  for (Dtype dtype : {Dtype::f32, Dtype::f64})
    for (std::int64_t rows : {1, 3, 200}) {
      const model::Model model = model_of(data::Task::regression, dtype, {1000, 1000});
      const Numbers inputs = some_inputs(3 * rows);
      std::vector<double> small;
      run_on_small_stack([&] { small = model.predict(inputs); });
      EXPECT_EQ(small, model.predict(inputs)) << rows;
    }
}

}  // namespace
}  // namespace ansatz::test
