// SPDX-License-Identifier: BSD-3-Clause
#include "tests/steady/interception.hpp"

#include <dlfcn.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <exception>
#include <iterator>
#include <new>
#include <stdexcept>

namespace {

std::atomic<bool> on{false};
std::atomic<std::int64_t> allocations{0}, frees{0}, locks{0}, system_calls{0}, first_system_call{-1};

[[maybe_unused]] void tick(std::atomic<std::int64_t>& counter) {
  if (on.load(std::memory_order_relaxed)) counter.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

// -- allocations and locks --------------------------------------------------------------------------------------------

#if !ANSATZ_SANITIZED
extern "C" {
// The C library's own names for what it would do; dlsym cannot be asked here, since it allocates.
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t n, std::size_t size);
void* __libc_realloc(void* pointer, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* pointer);

void* malloc(std::size_t size) {
  tick(allocations);
  return __libc_malloc(size);
}
void* calloc(std::size_t n, std::size_t size) {
  tick(allocations);
  return __libc_calloc(n, size);
}
void* realloc(void* pointer, std::size_t size) {
  tick(allocations);
  return __libc_realloc(pointer, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  tick(allocations);
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** pointer, std::size_t alignment, std::size_t size) {
  *pointer = memalign(alignment, size);
  return *pointer == nullptr ? ENOMEM : 0;
}
void free(void* pointer) {
  tick(frees);
  __libc_free(pointer);
}

#define ANSATZ_COUNT_LOCK(name, parameters, arguments)                            \
  int name parameters {                                                           \
    using Function = int(*) parameters;                                           \
    static const auto next = reinterpret_cast<Function>(dlsym(RTLD_NEXT, #name)); \
    tick(locks);                                                                  \
    return next arguments;                                                        \
  }
ANSATZ_COUNT_LOCK(pthread_mutex_lock, (pthread_mutex_t * mutex), (mutex))
ANSATZ_COUNT_LOCK(pthread_mutex_trylock, (pthread_mutex_t * mutex), (mutex))
ANSATZ_COUNT_LOCK(pthread_rwlock_rdlock, (pthread_rwlock_t * lock), (lock))
ANSATZ_COUNT_LOCK(pthread_rwlock_wrlock, (pthread_rwlock_t * lock), (lock))
ANSATZ_COUNT_LOCK(pthread_cond_wait, (pthread_cond_t * condition, pthread_mutex_t* mutex), (condition, mutex))
ANSATZ_COUNT_LOCK(pthread_cond_signal, (pthread_cond_t * condition), (condition))
ANSATZ_COUNT_LOCK(pthread_cond_broadcast, (pthread_cond_t * condition), (condition))
#undef ANSATZ_COUNT_LOCK
}  // extern "C"
#endif

// -- system calls -----------------------------------------------------------------------------------------------------

namespace ansatz::test {

namespace {

/// In memory shared by parent and child.
struct Report {
  Counts counts;
  bool cannot_count = false;
  std::array<char, 512> why{};
};

void on_system_call(int, siginfo_t* info, void*) {
  if (!on.load(std::memory_order_relaxed)) return;
  system_calls.fetch_add(1, std::memory_order_relaxed);
  std::int64_t none = -1;
  first_system_call.compare_exchange_strong(none, info->si_syscall);
}

/// Lets pass what the barrier does (futex, and sched_yield before it sleeps) and what ends the child.
bool trap_system_calls() {
  struct sigaction action = {};
  action.sa_sigaction = on_system_call;
  action.sa_flags = SA_SIGINFO;
  if (sigaction(SIGSYS, &action, nullptr) != 0) return false;
  constexpr std::uint32_t passed[] = {SYS_futex, SYS_sched_yield, SYS_rt_sigreturn, SYS_exit_group};
  std::array<sock_filter, 2 * std::size(passed) + 2> program{};
  std::size_t n = 0;
  program[n++] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr));
  for (std::uint32_t number : passed) {
    program[n++] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
    program[n++] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  }
  program[n++] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP);
  const sock_fprog filter{static_cast<unsigned short>(n), program.data()};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter) == 0;
}

class CountingHere : public Counting {
 public:
  explicit CountingHere(Report& report) : report_(report) {}
  void begin() override {
    if (!trap_system_calls()) {
      report_.cannot_count = true;
      std::strncpy(report_.why.data(), "this system does not let a process filter its system calls (seccomp)",
                   report_.why.size() - 1);
      _exit(1);
    }
    on.store(true);
  }
  void end() override {
    on.store(false);
    report_.counts = {allocations, frees, locks, system_calls, first_system_call};
  }

 private:
  Report& report_;
};

}  // namespace

bool can_intercept(std::string& why) {
#if ANSATZ_SANITIZED
  why = "the sanitizer has its own malloc and its own locks, which use the system as they like";
  return false;
#else
  why.clear();
  return true;
#endif
}

std::optional<Counts> count(const std::function<void(Counting&)>& body, std::string& why) {
  void* memory = mmap(nullptr, sizeof(Report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  Report& report = *new (memory) Report;
  const pid_t child = fork();
  if (child == 0) {
    try {
      CountingHere counting(report);
      body(counting);
      _exit(0);
    } catch (const std::exception& error) {
      std::strncpy(report.why.data(), error.what(), report.why.size() - 1);
    }
    _exit(1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  const Report result = report;
  munmap(memory, sizeof(Report));
  why = result.why.data();
  if (result.cannot_count) return std::nullopt;
  if (status != 0) throw std::runtime_error("the child ended with status " + std::to_string(status) + ": " + why);
  return result.counts;
}

}  // namespace ansatz::test
